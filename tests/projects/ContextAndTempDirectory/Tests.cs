using Rondo;

namespace Context;

public class Tests
{
    [Test, Case(1)]
    public async Task Knows_itself(int number, TestContext context, WorkerInfo worker, CancellationToken stop)
    {
        Expect.Equal("Context.Tests.Knows_itself(1)", context.Id);
        Expect.Equal(1, context.Attempt);
        Expect.True(ReferenceEquals(context, TestContext.Current), "the current context is this one");
        await Task.Yield();
        Expect.True(ReferenceEquals(context, TestContext.Current), "also after an await");
        await Task.Run(() => Expect.True(ReferenceEquals(context, TestContext.Current), "also on the pool"));
        Expect.Equal(context.CancellationToken, stop);
        Expect.Equal(context.Worker, worker);
        Expect.Equal(32, worker.RunId.Length);
        Expect.True(number == 1, "number");
        Journal.Add("run " + worker.RunId);
    }

    [Test] public void Worker_is_in_the_environment(WorkerInfo worker)
    {
        if (worker.WorkerId == "main") return;
        Expect.Equal(worker.WorkerId, Environment.GetEnvironmentVariable("RONDO_WORKER"));
        Expect.Equal(worker.WorkerCount.ToString(), Environment.GetEnvironmentVariable("RONDO_WORKER_COUNT"));
        Expect.Equal(worker.RunId, Environment.GetEnvironmentVariable("RONDO_RUN_ID"));
        Expect.Equal<string?>(null, Environment.GetEnvironmentVariable("RONDO_CHANNEL"));
    }

    [Test, Case("a"), Case("b")] public void Has_a_directory_of_its_own(string name, TempDirectory directory)
    {
        Expect.Equal(0, Directory.GetFileSystemEntries(directory.Path).Length);
        File.WriteAllText(directory.Combine("file.txt"), name);
        Journal.Add("directory " + directory.Path);
    }

    [Test] public void Keeps_its_directory_when_it_fails(TempDirectory directory)
    {
        File.WriteAllText(directory.Combine("evidence.txt"), "it was the butler");
        Journal.Add("kept " + directory.Path);
        throw new Exception("look at " + directory.Path);
    }

    [Test] public void Attaches_and_notes(TestContext context, TempDirectory directory)
    {
        var file = directory.Combine("picture.txt");
        File.WriteAllText(file, "picture");
        context.Attach(file, "a picture");
        context.Properties["ticket"] = "RONDO-7";
    }

    [Fixture(FixtureScope.Worker)] public static object Wide()
    {
        Expect.True(TestContext.Current is null, "no test in a wider fixture");
        return new object();
    }

    [Test] public void Wider_fixtures_have_no_test(object wide) => Expect.True(wide is not null, "wide");
}
