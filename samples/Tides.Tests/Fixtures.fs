/// Fixtures of a module are seen by all tests of its namespace and of those below it.
module Tides.Fixtures

open System
open System.Collections.Generic
open System.Threading.Tasks
open Rondo

/// Returned: handed over as it is, and disposed of if it can be.
[<Fixture>]
let almanac (clock: TimeProvider) = Almanac clock

/// What a harbour writes down.
type Log() =
    member val Lines = List<string>() with get

/// Used: what stands before the call is setup, what stands behind it is teardown.
[<Fixture>]
let log (give: Use<Log>) (context: TestContext) : Task<unit> =
    task {
        let log = Log()
        do! give.Invoke log
        if log.Lines.Count > 0 then context.Output.WriteLine(String.Join("\n", log.Lines))
    }
