using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Shouldly;

namespace Greetings.Tests;

/// <summary>Microsoft.AspNetCore.Mvc.Testing: one application for each worker process, a client for each test.</summary>
public static class ServiceFixtures
{
    // Synchronous, so that it starts on the thread for synchronous code: WebApplicationFactory blocks its caller until the application runs.
    [Fixture(FixtureScope.Worker)]
    public static GreetingsApplication Application()
    {
        var application = new GreetingsApplication();
        _ = application.Server;
        return application;
    }

    [Fixture]
    public static HttpClient Client(GreetingsApplication application) => application.CreateClient();
}

public sealed class GreetingsApplication : WebApplicationFactory<Greeter>
{
    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        // Otherwise the library looks for its list of projects in the current directory, which is whatever the suite was started in.
        .UseContentRoot(AppContext.BaseDirectory)
        // With '-n 0' each request would be told on the console.
        .ConfigureLogging(logging => logging.ClearProviders());
}

public sealed class ServiceTests(HttpClient client)
{
    [Test, Case("Ada"), Case("Grace")]
    public async Task A_second_visit_is_noticed(string name, CancellationToken stop)
    {
        var first = await client.GetFromJsonAsync<Greeting>($"/greetings/{name}", stop);
        var second = await client.GetFromJsonAsync<Greeting>($"/greetings/{name}", stop);

        first.ShouldBe(new Greeting($"Welcome, {name}!", 1));
        second.ShouldBe(new Greeting($"Good to see you again, {name}!", 2));
    }

    [Test]
    public async Task Nobody_is_not_found(CancellationToken stop)
    {
        using var answer = await client.GetAsync(new Uri("/greetings/", UriKind.Relative), stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // An application of the test's own with a part replaced; it also starts from an asynchronous test.
    [Test]
    public async Task Visits_are_counted_where_the_service_says(GreetingsApplication application, CancellationToken stop)
    {
        var visits = Substitute.For<IVisits>();
        visits.AddAsync("Ada", Arg.Any<CancellationToken>()).Returns(41);
        await using var changed = application.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton(visits)));
        using var its = changed.CreateClient();

        var greeting = await its.GetFromJsonAsync<Greeting>("/greetings/Ada", stop);

        greeting!.Visit.ShouldBe(41);
    }
}
