using Rondo;

namespace Rows;

public class Deadly
{
    [Test, CasesFrom(nameof(Numbers))] public void Takes(int number) => Expect.True(number > 0, "number");
    public static IEnumerable<int> Numbers()
    {
        Console.Error.WriteLine("last words of the source");
        Environment.FailFast("the source kills its process");
        return [];
    }

    [Test, CasesFrom(nameof(Healthy))] public void Beside_it(int number) => Expect.True(number > 0, "number");
    public static IEnumerable<int> Healthy() => [1, 2];

    [Test] public void Without_rows() { }
}
