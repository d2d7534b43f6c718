using Rondo;

namespace Rows;

public class Sources
{
    [Test, CasesFrom(nameof(Endless))] public void Of_a_source_that_hangs(int number) => Expect.True(number > 0, "number");

    public static IEnumerable<int> Endless()
    {
        yield return 1;
        Thread.Sleep(Timeout.Infinite);
    }

    [Test, CasesFrom(nameof(Healthy))] public void Beside_it(int number) => Expect.True(number > 0, "number");

    public static IEnumerable<int> Healthy() => [1, 2];

    [Test] public void Without_rows() { }
}
