/// Fixtures of a module are seen by the tests of its namespace.
module Sea.Fixtures

open System
open System.Threading.Tasks
open Rondo

type Ship(name: string) =
    member _.Name = name
    member val IsSunk = false with get, set

    interface IDisposable with
        member this.Dispose() =
            this.IsSunk <- true
            printfn "%s sank" name

type Port = { Name: string; Depth: int; Open: bool }

/// A pilot is on board while the test runs.
type Pilot(ship: Ship) =
    member _.Ship = ship

type Crew(names: string list) =
    member _.Names = names

/// Lives for the whole run: a record is carried to the workers.
[<Fixture(FixtureScope.Run)>]
let port (worker: WorkerInfo) : Task<Port> =
    task {
        do! Task.Yield()
        return { Name = "Cuxhaven"; Depth = 15; Open = worker.WorkerId = "host" || worker.WorkerId = "main" }
    }

[<Fixture>]
let ship () = new Ship("Gorch Fock")

[<Fixture>]
let pilot (give: Use<Pilot>) (ship: Ship) : Task<unit> =
    task {
        printfn "pilot up"
        do! give.Invoke(Pilot ship)
        printfn "pilot down, sunk: %b" ship.IsSunk
    }

type Flag = Flag of string

/// Names may hold blanks, also where others ask for them.
[<Fixture>]
let ``the flag`` () = Flag "white"

/// An async fixture; one value for each of its cases.
[<Fixture; Case("small"); Case("large")>]
let crew (size: string) : Async<Crew> =
    async {
        do! Async.Sleep 1
        return Crew(if size = "small" then [ "Anna" ] else [ "Anna"; "Bo"; "Cleo" ])
    }

exception NoWater of string

type Broken = Broken of int

[<Fixture(FixtureScope.Worker)>]
let broken (context: TestContext) = Broken 1
