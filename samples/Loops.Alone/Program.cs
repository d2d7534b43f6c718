// Rondo.Loops without Rondo's tests: a device that answers slowly, and the library that talks to it.
using Rondo.Loops;

// 1. A pump on a thread of its own, and a loop on it. All code of the library runs there, one piece at a time: no locks.
await using var host = LoopHost.StartThread("device");
await using var loop = EventLoop.Create(new EventLoopOptions { Name = "device", Host = host });
var device = new Device(loop.Clock);

// 2. A lane for each client: its continuations, timers and failures are known to be its own.
var lane = loop.OpenLane("client 1");
Console.WriteLine(await lane.RunAsync(() => device.MeasureAsync(CancellationToken.None)));

// 3. Leaks have names.
await lane.RunAsync(() =>
{
    device.WatchForEver();
    return Task.CompletedTask;
});
foreach (var leak in lane.Close()) Console.WriteLine($"left by {leak.Owner}: {leak.What}");

// 4. The same code in virtual time: an hour of measuring takes no time, in any program.
var simulated = EventLoop.Create(new EventLoopOptions { Name = "simulation", Clock = LoopClock.Virtual() });
var count = await Task.Run(() => simulated.Run(async stop =>
{
    var patient = new Device(simulated.Clock);
    var ended = await CancelScope.MoveOnAfterAsync(TimeSpan.FromHours(1), async until =>
    {
        while (true) await patient.MeasureAsync(until);
    });
    return ended ? -1 : patient.Measurements;
}));
Console.WriteLine($"{count} measurements in a virtual hour");

// 5. What would hang for ever is an exception with a reason.
try
{
    await loop.OpenLane("client 2").RunAsync(() =>
    {
        device.MeasureAsync(CancellationToken.None).Wait();
        return Task.CompletedTask;
    });
}
catch (LoopDeadlockException deadlock)
{
    Console.WriteLine(deadlock.Code);
}

internal sealed class Device(TimeProvider clock)
{
    public int Measurements { get; private set; }

    public async Task<string> MeasureAsync(CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), clock, stop);
        return $"measurement {++Measurements}";
    }

    public async void WatchForEver()
    {
        while (true) await Task.Delay(TimeSpan.FromHours(1), clock);
    }
}
