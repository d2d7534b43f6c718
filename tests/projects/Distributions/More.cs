using Rondo;

namespace Given;

public sealed class Three(TestContext context) : Noted(context)
{
    [Test, Group("db")] public Task A() => Note("class:Three file:More group:db");

    [Test] public Task B() => Note("class:Three file:More");

    [Test, Serial] public Task C() => Note("class:Three file:More");
}
