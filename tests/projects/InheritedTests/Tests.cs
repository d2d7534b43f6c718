using Rondo;

namespace Inheriting;

public abstract class Contract
{
    protected abstract int Make();

    [Test] public void Gives_something() => Expect.True(Make() > 0, GetType().Name);

    [Test, Case(1), Case(2)] public virtual void Gives_more_than(int number) => Expect.True(Make() > number, GetType().Name);
}

public class Ten : Contract
{
    protected override int Make() => 10;
}

public class Twenty : Contract
{
    protected override int Make() => 20;

    [Test] public void Is_twenty() => Expect.Equal(20, Make());
}

public class Concrete
{
    [Test] public void Runs_here_too() { }
}

public class MoreConcrete : Concrete;
