using Rondo;

namespace Choosing.Hot
{
    [Tag("drink")]
    public class Coffee
    {
        [Test, Tag("slow")] public void Filter() { }
        [Test] public void Espresso() { }
        [Test, Case("oat"), Case("cow"), Case("say \"moo\"")] public void Latte(string milk) => Expect.True(milk.Length > 0, milk);
    }
}

namespace Choosing.Cold
{
    public class Cake
    {
        [Test, Tag("slow")] public void Cheese() { }
        [Test, DisplayName("a cake of carrots")] public void Orange() { }
    }
}
