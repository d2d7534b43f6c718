using Rondo;

namespace Alone;

public class Crowd
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8)]
    public async Task Member(int number)
    {
        Journal.Add("begin member " + number);
        await Task.Delay(60);
        Journal.Add("end member " + number);
    }
}

public class Solo
{
    [Test, Serial, Case(1), Case(2)] public async Task Singer(int number)
    {
        Journal.Add("begin singer " + number);
        await Task.Delay(60);
        Journal.Add("end singer " + number);
    }
}
