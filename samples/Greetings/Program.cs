using Greetings;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IVisits, CountedVisits>();
builder.Services.AddSingleton<Greeter>();
var app = builder.Build();
app.MapGet("/greetings/{name}", (string name, Greeter greeter, CancellationToken stop) => greeter.GreetAsync(name, stop));
await app.RunAsync();
