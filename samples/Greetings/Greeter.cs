using System.Collections.Concurrent;

namespace Greetings;

public interface IVisits
{
    /// <summary>Counts one more visit and says how many there were in all.</summary>
    Task<int> AddAsync(string name, CancellationToken stop);
}

public sealed record Greeting(string Text, int Visit);

public sealed class Greeter(IVisits visits)
{
    public async Task<Greeting> GreetAsync(string name, CancellationToken stop)
    {
        var visit = await visits.AddAsync(name, stop);
        return new Greeting(visit == 1 ? $"Welcome, {name}!" : $"Good to see you again, {name}!", visit);
    }
}

internal sealed class CountedVisits : IVisits
{
    private readonly ConcurrentDictionary<string, int> _visits = new(StringComparer.Ordinal);

    public Task<int> AddAsync(string name, CancellationToken stop) => Task.FromResult(_visits.AddOrUpdate(name, 1, (_, count) => count + 1));
}
