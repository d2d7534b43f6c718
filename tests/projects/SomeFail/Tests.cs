using Rondo;

namespace Limits;

public class Tests
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public async Task Number(int number)
    {
        Journal.Add("number " + number);
        await Task.Delay(20);
        if (number % 3 == 0 && Environment.GetEnvironmentVariable("ALL_WELL") is null) throw new Exception($"{number} is a multiple of three");
    }
}
