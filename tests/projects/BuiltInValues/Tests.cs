using Rondo;
using Rondo.Loops;

namespace Values;

// Everything that can be asked for without a fixture, in every place that may ask for it.
public sealed record OfTest(string Text);
public sealed record OfClass(string Text);
public sealed record OfNamespace(string Text);
public sealed record OfWorker(string Text);

public static class Fixtures
{
    [Fixture] public static OfTest Test(CancellationToken stop, TestContext context, Subtests subtests, EventLoop loop, TaskGroup tasks, TimeProvider time, TempDirectory directory, WorkerInfo worker, Patches patches, FreePort port)
    {
        Expect.True(subtests is not null && patches is not null, "of the test");
        Expect.Equal(context.Worker, worker);
        return new(Check(stop, loop, tasks, time, directory, worker, port));
    }

    [Fixture(FixtureScope.Class)] public static async Task Class(Use<OfClass> use, CancellationToken stop, EventLoop loop, TaskGroup tasks, TimeProvider time, TempDirectory directory, WorkerInfo worker, FreePort port) =>
        await use(new(Check(stop, loop, tasks, time, directory, worker, port)));

    [Fixture(FixtureScope.Namespace)] public static async Task<OfNamespace> Namespace(CancellationToken stop, EventLoop loop, TaskGroup tasks, TimeProvider time, TempDirectory directory, WorkerInfo worker, FreePort port)
    {
        await Task.Yield();
        return new(Check(stop, loop, tasks, time, directory, worker, port));
    }

    [Fixture(FixtureScope.Worker)] public static OfWorker Worker(CancellationToken stop, EventLoop loop, TaskGroup tasks, TimeProvider time, TempDirectory directory, WorkerInfo worker, FreePort port) =>
        new(Check(stop, loop, tasks, time, directory, worker, port));

    public static string Check(CancellationToken stop, EventLoop loop, TaskGroup tasks, TimeProvider time, TempDirectory directory, WorkerInfo worker, FreePort port)
    {
        Expect.True(stop.CanBeCanceled && !stop.IsCancellationRequested, "a token that is not cancelled");
        Expect.True(ReferenceEquals(loop.Clock, time), "the loop's clock");
        Expect.True(tasks is not null, "a task group");
        Expect.True(Directory.Exists(directory.Path) && Directory.GetFileSystemEntries(directory.Path).Length == 0, "an empty directory");
        Expect.Equal(32, worker.RunId.Length);
        Expect.True(port.Number is > 1023 and < 65536, "a port");
        return $"{directory.Path} {port}";
    }
}

public sealed class Tests(CancellationToken stop, TestContext context, Subtests subtests, EventLoop loop, TaskGroup tasks, TimeProvider time, TempDirectory directory, WorkerInfo worker, Patches patches, FreePort port)
{
    [Test] public void By_constructor()
    {
        Expect.True(subtests is not null && patches is not null && ReferenceEquals(context, TestContext.Current), "of the test");
        Fixtures.Check(stop, loop, tasks, time, directory, worker, port);
    }

    [Test] public async Task By_parameter(
        CancellationToken ownStop, TestContext ownContext, Subtests ownSubtests, EventLoop ownLoop, TaskGroup ownTasks, TimeProvider ownTime, TempDirectory ownDirectory, WorkerInfo ownWorker, Patches ownPatches, FreePort one, FreePort other)
    {
        await Task.Yield();
        Expect.True(one.Number != other.Number && one.Number != port.Number && other.Number != port.Number, "another port for each");
        Expect.True(ReferenceEquals(context, ownContext) && ReferenceEquals(subtests, ownSubtests) && ReferenceEquals(patches, ownPatches) && ReferenceEquals(tasks, ownTasks) && ReferenceEquals(directory, ownDirectory), "one for the constructor and the test");
        Expect.Equal(stop, ownStop);
        Fixtures.Check(ownStop, ownLoop, ownTasks, ownTime, ownDirectory, ownWorker, one);
    }

    [Test] public void By_fixtures_of_every_scope(OfTest test, OfClass type, OfNamespace space, OfWorker process)
    {
        var all = new[] { test.Text, type.Text, space.Text, process.Text };
        Expect.Equal(4, all.Distinct().Count());
        Expect.True(all.All(text => Directory.Exists(text.Split(' ')[0])), "the directories are there");
    }
}
