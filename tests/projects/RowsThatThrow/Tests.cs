using Rondo;

namespace Rows;

public class Sources
{
    [Test, CasesFrom(nameof(Broken))] public void Of_a_broken_source(int number) => Expect.True(number is 1 or 2, "number");
    public static IEnumerable<int> Broken()
    {
        yield return 1;
        yield return 2;
        throw new FileNotFoundException("no file with numbers");
    }

    [Test, CasesFrom(nameof(Empty))] public void Of_an_empty_source(int number) => Expect.True(number > 0, "number");
    public static IEnumerable<int> Empty() => [];

    [Test] public void Beside_them() { }
}
