using Rondo;

public class Tests
{
    [Test] public async Task Leaves_a_timer_behind(TimeProvider time)
    {
        _ = Task.Delay(TimeSpan.FromHours(1), time);
        await Task.Yield();
    }

    [Test] public async Task Leaves_work_behind()
    {
        _ = TickAsync();
        await Task.Yield();

        static async Task TickAsync()
        {
            while (true) await Task.Delay(20);
        }
    }

    [Test] public async Task Leaves_nothing_behind() => await Task.Delay(200);
}
