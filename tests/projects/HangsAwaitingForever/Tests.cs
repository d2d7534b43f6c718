using Rondo;

public class Tests
{
    [Test, Timeout(500)] public async Task Awaits_what_never_comes() => await new TaskCompletionSource().Task;

    [Test, Case(1), Case(2), Case(3), Case(4)] public async Task Healthy(int number)
    {
        await Task.Yield();
        Journal.Add("healthy " + number);
    }
}
