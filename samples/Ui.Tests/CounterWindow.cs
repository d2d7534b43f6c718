namespace Ui.Tests;

/// <summary>Code under test: a window that counts visitors and asks a slow service for their names.</summary>
internal sealed class CounterWindow(Func<int, CancellationToken, Task<string>> nameOf)
{
    private int _visitors;

    public Label Count { get; } = new() { Text = "nobody" };

    public Label Last { get; } = new();

    public async Task ArriveAsync(CancellationToken stop)
    {
        var number = ++_visitors;
        Count.Text = $"{number}";
        // No ConfigureAwait(false): what follows must be on the thread of the user interface again.
        Last.Text = await nameOf(number, stop);
    }
}
