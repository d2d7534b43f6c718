using Rondo;

namespace Interrupting;

public class WithRows
{
    [Test, CasesFrom(nameof(Slowly))] public void Has_rows(int number) => Expect.True(number > 0, "number");

    public static IEnumerable<int> Slowly()
    {
        Journal.Add("reading rows");
        yield return 1;
        while (!File.Exists(Path.Combine(Journal.Folder, "go"))) Thread.Sleep(20);
    }
}
