using Rondo;
using Rondo.Loops;

namespace Parts;

public class Tests
{
    [Test] public async Task Side_by_side(Subtests subtests)
    {
        var passed = await Task.WhenAll(SpeakAsync("A"), SpeakAsync("B"), SpeakAsync("C"));
        Expect.Equal("True False True", string.Join(' ', passed));
        Console.WriteLine("the body speaks");

        Task<bool> SpeakAsync(string name) => subtests.RunAsync(name, async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                Console.WriteLine($"begin {name} {i}");
                await Task.Delay(2);
                await Task.Run(() => Console.Error.WriteLine($"pool {name} {i}"));
            }

            TestContext.Current!.Output.WriteLine($"context {name}");
            Console.WriteLine("end " + name);
            if (name == "B") throw new Exception("B is broken");
        });
    }

    [Test] public void Own_failure_stays(Subtests subtests)
    {
        Expect.True(!subtests.Run("early", () => throw new Exception("early is broken")), "it failed");
        throw new Exception("the body is broken");
    }

    [Test] public async Task Names(Subtests subtests, TestContext context)
    {
        await subtests.RunAsync("outer", async () =>
        {
            await Task.Yield();
            Expect.True(ReferenceEquals(context, TestContext.Current), "the same test");
            subtests.Run("inner", () => { });
            subtests.Run("inner", () => throw new Exception("the second is broken"));
        });
        Expect.True(subtests.Run("a/b\n", () => { }), "it passed");
        Expect.True(subtests.Run("", () => { }), "it passed");
        Expect.True(!subtests.Run("skips", () => Skip.Because("not today")), "it was skipped");
    }

    [Test] public async Task Waits_for_what_nobody_awaits(Subtests subtests)
    {
        _ = subtests.RunAsync("slow", async () =>
        {
            await Task.Delay(50);
            Journal.Add("slow is over");
        });
        await Task.Yield();
        Journal.Add("body is over");
    }

    [Test, Timeout(300)] public async Task Has_no_time(Subtests subtests, CancellationToken stop) => await Task.WhenAll(
        subtests.RunAsync("quick", () => Task.Delay(1, stop)), subtests.RunAsync("hangs", () => Task.Delay(-1, stop)));

    [Fixture] public static async Task Number(Use<int> use, Subtests subtests)
    {
        subtests.Run("setup", () => Console.WriteLine("sets up"));
        await use(7);
    }

    [Test] public void Of_a_fixture(int number, Subtests subtests) => subtests.Run("body", () => Expect.Equal(7, number));

    [Test, VirtualTime] public async Task In_virtual_time(Subtests subtests, TimeProvider time)
    {
        _ = subtests.RunAsync("days", () => Task.Delay(TimeSpan.FromDays(3), time));
        await Task.Delay(TimeSpan.FromHours(1), time);
    }

    [Test, Explore] public async Task Explored(Subtests subtests)
    {
        var value = 0;
        await Task.WhenAll(
            subtests.RunAsync("writes", async () =>
            {
                await Task.Yield();
                value++;
            }),
            subtests.RunAsync("reads", async () =>
            {
                await Task.Yield();
                Expect.Equal(1, value);
            }));
    }

    [Test] public async Task Skips_itself_too_late(Subtests subtests)
    {
        await subtests.RunAsync("broken", () => throw new Exception("broken before"));
        Skip.Because("enough");
    }
}

[Cooperative]
public class Together
{
    [Test, Case(1), Case(2), Case(3)] public async Task Overlap(int number, Subtests subtests)
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(part => subtests.RunAsync("part " + part, async () =>
        {
            await Task.Delay(5);
            Console.WriteLine($"test {number} part {part}");
        })));
    }
}
