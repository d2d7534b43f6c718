/// The entry point of a test program, put behind the last file of the project by the package Rondo. Set RondoEntryPoint to false to write one yourself.
namespace Rondo.Generated

[<System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverage>]
module internal RondoEntryPoint =
    [<EntryPoint>]
    let main (args: string array) : int =
        let tests = System.Reflection.Assembly.GetExecutingAssembly()
        Rondo.Reflection.ReflectedTests.Announce tests
        // Synchronous: an asynchronous one would give the main thread away.
        Rondo.Hosting.RondoApplication.Run(args, tests)
