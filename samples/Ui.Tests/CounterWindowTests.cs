namespace Ui.Tests;

[Loop(Dispatcher = typeof(ToolkitDispatcher))]
public sealed class CounterWindowTests
{
    // Made by the constructor, which runs on the thread of the user interface like everything here.
    private readonly CounterWindow _window = new(static (number, stop) => Task.Run(() => $"visitor {number}", stop));

    [Test]
    public async Task A_visitor_is_counted_and_named(CancellationToken stop)
    {
        await _window.ArriveAsync(stop);

        if ((_window.Count.Text, _window.Last.Text) != ("1", "visitor 1")) throw new WrongException($"{_window.Count.Text}, {_window.Last.Text}");
    }

    [Test]
    public void A_new_window_says_that_nobody_came()
    {
        if (_window.Count.Text != "nobody") throw new WrongException(_window.Count.Text);
    }

    [Test]
    public async Task Visitors_at_once_are_all_counted(CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _window.ArriveAsync(stop)));

        if (_window.Count.Text != "10") throw new WrongException(_window.Count.Text);
    }

    [Test]
    public async Task The_thread_is_that_of_the_user_interface_and_the_context_is_the_tests_own(EventLoop loop)
    {
        var thread = Environment.CurrentManagedThreadId;
        await Task.Run(() => { });
        if (Environment.CurrentManagedThreadId != thread) throw new WrongException("another thread after an await");
        if (EventLoop.Current != loop || SynchronizationContext.Current is not LoopLane) throw new WrongException($"{SynchronizationContext.Current}");

        // What the toolkit itself posts runs between, under its own context.
        var theirs = new TaskCompletionSource<SynchronizationContext?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Dispatcher.Current.BeginInvoke(() => theirs.SetResult(SynchronizationContext.Current));
        if (await theirs.Task is LoopLane) throw new WrongException("the toolkit's work has the test's context");
    }

    [Test]
    [Loop(Backend = LoopBackend.SingleThread)]
    public static async Task A_nearer_mark_takes_one_test_off_the_dispatcher()
    {
        await Task.Yield();
        try
        {
            _ = Dispatcher.Current;
        }
        catch (InvalidOperationException)
        {
            return;
        }

        throw new WrongException("There is a dispatcher.");
    }
}

/// <summary>Any exception fails a test; any assertion library would do.</summary>
internal sealed class WrongException(string what) : Exception(what);
