using Rondo;

public sealed class Tests
{
    [Test] public void Ordinary()
    {
    }

    [Test, Explicit("takes a night"), Tag("slow")] public void Nightly()
    {
    }

    [Test, Explicit("needs a printer"), CasesFrom(nameof(Printers))] public void Prints(string printer) => Expect.Equal("laser", printer);

    public static IEnumerable<string> Printers()
    {
        Journal.Add("looked for printers");
        return ["laser"];
    }
}

[Explicit("by hand")]
public sealed class MarkedClass
{
    [Test] public void By_hand()
    {
    }
}
