using Rondo;

namespace Rows;

public class Unstable
{
    [Test, CasesFrom(nameof(Numbers))] public void Takes(string text) => Expect.True(text.Length > 0, text);
    public static IEnumerable<string> Numbers() => ["same", Guid.NewGuid().ToString("N"), "same too"];

    [Test] public void Beside_them() { }
}
