using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Shouldly;

namespace Greetings.Tests;

/// <summary>NSubstitute and Shouldly: nothing but Rondo's parameters is special.</summary>
public sealed class GreeterTests(IVisits visits)
{
    private readonly Greeter _greeter = new(visits);

    // A substitute is a value like any other: one for each test, by type.
    [Fixture]
    public static IVisits Visits() => Substitute.For<IVisits>();

    [Test, Case(1, "Welcome, Ada!"), Case(2, "Good to see you again, Ada!")]
    public async Task The_words_follow_the_visits(int visit, string expected, CancellationToken stop)
    {
        visits.AddAsync("Ada", stop).Returns(visit);

        var greeting = await _greeter.GreetAsync("Ada", stop);

        greeting.ShouldBe(new Greeting(expected, visit));
        await visits.Received(1).AddAsync("Ada", stop);
    }

    [Test]
    public async Task Who_cannot_be_counted_is_not_greeted(CancellationToken stop)
    {
        visits.AddAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).ThrowsAsync(new IOException("the book is full"));

        var error = await Should.ThrowAsync<IOException>(() => _greeter.GreetAsync("Ada", stop));

        error.Message.ShouldBe("the book is full");
    }

    [Test]
    public async Task Any_name_stands_in_its_greeting()
    {
        await PropertyTest.CheckAsync(async (string? name, int visit) =>
        {
            var counted = Substitute.For<IVisits>();
            counted.AddAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns(visit);
            var greeting = await new Greeter(counted).GreetAsync(name ?? "", CancellationToken.None);
            return greeting.Text.Contains($", {name}!", StringComparison.Ordinal) && greeting.Visit == visit;
        }, new PropertyOptions { MaxTest = 30 });
    }

    // Shouldly names the approved file after the calling method, which it finds by the stack: in a synchronous method, or before the first await.
    [Test]
    public void The_greeting_of_a_regular_is_the_approved_one()
    {
        visits.AddAsync("Ada", default).Returns(7);

        var greeting = _greeter.GreetAsync("Ada", default).GetAwaiter().GetResult();

        $"{greeting.Visit}: {greeting.Text}\n".ShouldMatchApproved(c => c.NoDiff().SubFolder("Approved"));
    }
}
