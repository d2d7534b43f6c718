using Rondo;

namespace Skipping;

public class Some
{
    [Test] public void Runs() { }

    [Test, Skip("the printer is out of paper")] public void By_mark() => throw new Exception("must not run");

    [Test] public void From_inside() => Rondo.Skip.Because("no paper inside either");

    [Test]
    public async Task From_inside_after_an_await()
    {
        await Task.Yield();
        Rondo.Skip.Unless(1 > 2, "one is not more than two");
        throw new Exception("must not come here");
    }

    [Test, Case(1), Case(2, Skip = "two is broken")] public void One_case(int number) => Expect.Equal(1, number);
}

[Skip("the whole class waits for spring")]
public class All
{
    [Test] public void First() => throw new Exception("must not run");

    [Test, Skip("nearest reason wins")] public void Second() => throw new Exception("must not run");
}

public class By_fixture
{
    [Fixture] public static int Number()
    {
        Rondo.Skip.Because("no number today");
        return 0;
    }

    [Test] public void Needs_a_number(int number) => throw new Exception("must not run " + number);
}
