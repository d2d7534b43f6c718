using Rondo;

public sealed class First(TestContext context)
{
    [Test] public void Ordinary() => Journal.Add(context.Id);

    [Test, Priority(-1)] public void Late() => Journal.Add(context.Id);

    [Test, Priority(10)] public async Task Early()
    {
        await Task.Yield();
        Journal.Add(context.Id);
    }
}

[Priority(20)]
public sealed class Second(TestContext context)
{
    [Test] public void By_the_class() => Journal.Add(context.Id);

    [Test, Priority(5)] public void The_nearest_wins() => Journal.Add(context.Id);

    [Test, Serial] public void Serial_is_last_all_the_same() => Journal.Add(context.Id);
}
