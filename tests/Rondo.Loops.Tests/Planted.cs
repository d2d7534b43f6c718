namespace Rondo.Loops.Tests;

/// <summary>Small programs with a fault that the order of becoming ready does not show.</summary>
static class Planted
{
    internal static Func<Task> Race(string name) => name switch
    {
        "lost update" => LostUpdate,
        "check then act" => CheckThenAct,
        "two locks" => TwoLocks,
        "several switches" => SeveralSwitches,
        "nothing" => Nothing,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such program."),
    };

    static async Task Nothing()
    {
        int sum = 0;
        await Task.WhenAll(Add(2), Add(4));
        if (sum != 2) throw new InvalidOperationException($"sum {sum}");

        async Task Add(int before)
        {
            await Calls(before);
            sum++;
            await Calls(2);
        }
    }

    static async Task LostUpdate()
    {
        int balance = 100;
        await Task.WhenAll(Add(2, 10), Add(10, 20));
        if (balance != 130) throw new InvalidOperationException($"lost update: {balance}");

        async Task Add(int before, int amount)
        {
            await Calls(before);
            int read = balance;
            await Calls(1);
            balance = read + amount;
            await Calls(3);
        }
    }

    static async Task CheckThenAct()
    {
        var cache = new HashSet<string>();
        int created = 0;
        await Task.WhenAll(Get(1), Get(6), Get(9), Get(14));
        if (created != 1) throw new InvalidOperationException($"created {created} times");

        async Task Get(int before)
        {
            await Calls(before);
            if (!cache.Contains("key"))
            {
                await Calls(1);
                created++;
                cache.Add("key");
            }
            await Calls(2);
        }
    }

    static async Task TwoLocks()
    {
        var one = new SemaphoreSlim(1);
        var two = new SemaphoreSlim(1);
        await Task.WhenAll(Both(one, two, 1), Both(two, one, 9));

        static async Task Both(SemaphoreSlim first, SemaphoreSlim second, int before)
        {
            await Calls(before);
            await first.WaitAsync();
            await Calls(1);
            await second.WaitAsync();
            await Calls(1);
            second.Release();
            first.Release();
        }
    }

    static async Task SeveralSwitches()
    {
        int state = 0;
        bool broken = false;
        await Task.WhenAll(Closer(), Opener(), Calls(20), Calls(20));
        if (broken) throw new InvalidOperationException("closed while it was being opened");

        async Task Closer()
        {
            await Calls(4);
            if (state == 0)
            {
                await Calls(1);
                if (state == 1)
                {
                    await Calls(1);
                    broken = state == 2;
                }
            }
            await Calls(12);
            state = 9;
        }

        async Task Opener()
        {
            await Calls(15);
            if (state == 0) state = 1;
            await Calls(4);
            if (state == 1) state = 2;
            await Calls(2);
        }
    }

    // Stands for any awaited call: one choice each.
    static async Task Calls(int count)
    {
        for (int i = 0; i < count; i++) await Task.Yield();
    }
}
