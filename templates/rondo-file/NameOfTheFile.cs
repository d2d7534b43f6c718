#!/usr/bin/env dotnet
#:package Rondo@RONDO_VERSION
#:property PublishAot=false

public sealed class FirstTests
{
    [Test]
    public void One_and_one_is_two()
    {
        if (1 + 1 != 2) throw new Exception("It is not.");
    }

    [Test, Case(1), Case(3)]
    public async Task Waits(int milliseconds, TimeProvider clock, CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock, stop);
        if (clock.GetElapsedTime(begun) <= TimeSpan.Zero) throw new Exception("No time has passed.");
    }
}
