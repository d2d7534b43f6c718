using Rondo.Loops;

namespace Ui.Tests;

/// <summary>All that Rondo needs of a toolkit: how to queue, how to run, how to end. For WPF these are Dispatcher.BeginInvoke, Dispatcher.Run and Dispatcher.InvokeShutdown; for Avalonia
/// Dispatcher.UIThread.Post, MainLoop and a cancelled token.</summary>
internal sealed class ToolkitDispatcher : LoopDispatcher
{
    // Made on the thread that will run it.
    private readonly Dispatcher _dispatcher = new();

    public override bool TryPost(Action callback) => _dispatcher.BeginInvoke(callback);

    public override void Run() => _dispatcher.Run();

    public override void Shutdown() => _dispatcher.Shutdown();
}
