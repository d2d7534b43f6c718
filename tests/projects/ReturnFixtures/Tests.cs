using Rondo;

namespace Returning;

public sealed class Both(string name) : IAsyncDisposable, IDisposable
{
    public string Name => name;
    public void Dispose() => Journal.Add($"dispose {name} synchronously");
    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Journal.Add($"dispose {name}");
    }
}

public sealed class First : IDisposable
{
    public void Dispose() => Journal.Add("dispose first");
}

public sealed class Second(First first) : IDisposable
{
    public First First => first;
    public void Dispose() => Journal.Add("dispose second");
}

public sealed class Kept : IDisposable
{
    public void Dispose() => Journal.Add("dispose kept");
}

public sealed record Answer(int Number);

public static class Fixtures
{
    [Fixture] public static Both Both() => new("both");
    [Fixture] public static First First() => new();
    [Fixture] public static async Task<Second> Second(First first)
    {
        await Task.Yield();
        return new Second(first);
    }

    [Fixture(Dispose = false)] public static ValueTask<Kept> Kept() => new(new Kept());
    [Fixture] public static ValueTask<Answer> Answer() => new(new Answer(42));
}

public class Tests
{
    [Test] public void Async_disposal_wins(Both both) => Journal.Add("test " + both.Name);

    [Test] public void In_reverse_order(Second second, First first)
    {
        Expect.True(ReferenceEquals(second.First, first), "one value for one test");
        Journal.Add("test in reverse");
    }

    [Test] public void Left_alone(Kept kept, Answer answer) => Expect.Equal(42, answer.Number);
}
