using Rondo;

public class Tests
{
    private readonly int _number = AnswerAsync().Result;

    [Test] public async Task Has_the_answer()
    {
        await Task.Yield();
        Expect.Equal(42, _number);
    }

    private static async Task<int> AnswerAsync()
    {
        await Task.Delay(10);
        return 42;
    }
}
