using Rondo;

public class Tests
{
    [Test] public int Returns_a_number() => 1;
    [Test] public void Takes_by_reference(ref TestContext context) => Expect.True(context is not null, "context");
    [Test] public void Is_generic<T>() => Expect.True(typeof(T) == typeof(T), "type");
    [Test] private void Is_private() { }
    [Test, Case(1, 2)] public void Takes_one(int number) => Expect.Equal(1, number);
    [Test, Case("one")] public void Takes_a_number(int number) => Expect.Equal(1, number);
    [Test, Case(300)] public void Takes_a_byte(byte number) => Expect.Equal((byte)1, number);
    [Test, CasesFrom("Nowhere")] public void Has_no_source(int number) => Expect.Equal(1, number);
}

public class Broken(int notAFixture)
{
    [Test] public void Runs() => Expect.Equal(1, notAFixture);
}
