using Rondo;

public class Tests
{
    [Test] public async Task Blocks_on_its_own_continuation()
    {
        await Task.Yield();
        var number = AnswerAsync().Result;
        Expect.Equal(42, number);
    }

    [Test] public async Task Blocks_with_get_result()
    {
        await Task.Yield();
        AnswerAsync().GetAwaiter().GetResult();
    }

    [Test, Case(1), Case(2), Case(3)] public async Task Comes_later(int number)
    {
        await Task.Yield();
        Journal.Add("later " + number);
    }

    private static async Task<int> AnswerAsync()
    {
        await Task.Delay(10);
        return 42;
    }
}
