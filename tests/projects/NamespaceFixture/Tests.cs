using Rondo;

namespace City
{
    public sealed record Mayor(int Process);

    public static class Fixtures
    {
        [Fixture(FixtureScope.Namespace)] public static async Task Mayor(Use<Mayor> use)
        {
            Journal.Add("mayor up");
            await use(new Mayor(Environment.ProcessId));
            Journal.Add("mayor down");
        }
    }

    public class Hall
    {
        [Test, Case(1), Case(2), Case(3)] public async Task Votes(int number, Mayor mayor)
        {
            await Task.Delay(10);
            Expect.Equal(Environment.ProcessId, mayor.Process);
            Journal.Add("hall " + number);
        }
    }
}

namespace City.Suburb
{
    public class House
    {
        [Test, Case(1), Case(2), Case(3)] public async Task Votes(int number, Mayor mayor)
        {
            await Task.Delay(10);
            Expect.Equal(Environment.ProcessId, mayor.Process);
            Journal.Add("house " + number);
        }
    }
}

namespace Village
{
    public class Barn
    {
        [Test, Case(1), Case(2), Case(3)] public void Has_no_mayor(int number) => Journal.Add("barn " + number);
    }
}
