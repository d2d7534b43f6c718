module Sea.Tests

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open Rondo
open Rondo.Loops
open Sea.Fixtures

let private same expected actual =
    if expected <> actual then failwith $"expected %A{expected}, got %A{actual}"

let mutable private inner = 0

[<Test>]
let ``runs without anything`` () = same 4 (2 + 2)

[<Test>]
let ``sails with a pilot`` (pilot: Pilot) (ship: Ship) =
    task {
        do! Task.Yield()
        same true (obj.ReferenceEquals(pilot.Ship, ship))
        same false ship.IsSunk
    }

[<Test>]
let ``has the port of the run`` (port: Port) = same { Name = "Cuxhaven"; Depth = 15; Open = true } port

[<Test>]
let ``counts the crew`` (crew: Crew) = same true (crew.Names.Length = 1 || crew.Names.Length = 3)

[<Test; Case(1, "EUR"); Case(2, "USD", Name = "two dollars"); Case(3, null, Skip = "no such currency")>]
let totals (amount: int64) (currency: string) (ship: Ship) = same (currency.Length) 3

let rows = seq { for i in 1..2 -> (i, string i) }

[<Test; CasesFrom(nameof rows)>]
let ``rows are tuples`` (number: int) (text: string) = same text (string number)

[<Test>]
let product ([<Values(1, 2)>] a: int) ([<Values>] b: bool) = same true (a < 3 || b)

/// Back on the loop's own thread after each await of an async, with the token of the test.
[<Test>]
let ``an async is on the loop`` (stop: CancellationToken) =
    async {
        let before = Environment.CurrentManagedThreadId
        do! Async.Sleep 5
        same false (isNull TestContext.Current)
        do! Task.Delay 1 |> Async.AwaitTask
        same before Environment.CurrentManagedThreadId
        same false (isNull TestContext.Current)
        let! token = Async.CancellationToken
        same stop token
    }

[<Test; VirtualTime>]
let ``a day passes`` (time: TimeProvider) =
    async {
        let before = time.GetUtcNow()
        do! Task.Delay(TimeSpan.FromDays 1.0, time) |> Async.AwaitTask
        same (TimeSpan.FromDays 1.0) (time.GetUtcNow() - before)
    }

[<Test; Timeout(300)>]
let ``is stopped by its limit`` () =
    async {
        try
            do! Async.Sleep 60_000
        finally
            printfn "the async was cancelled, its test known: %b" (not (isNull TestContext.Current))
    }

[<Test>]
let ``never returns anything but fails`` () = failwith "as it should"

[<Test>]
let ``fails in a task`` () =
    task {
        do! Task.Yield()
        return raise (NoWater "ebb")
    }

[<Test; ExpectedFailure("known"); Tag("slow")>]
let ``is expected to fail`` () = invalidOp "known"

[<Test; SkipUnless(typeof<Ship>, "Float", "no water")>]
let ``asks what does not exist`` () = ()

[<Test>]
let ``asks for what nobody gives`` (sextant: List<Version>) = ignore sextant

[<Test>]
let ``gives a number`` () = 3

[<Case(1)>]
let ``was forgotten`` (number: int) = ignore number

[<Test; Repeat(2); DisplayName("shown otherwise")>]
let ``costs 1.50 (or 'less') / "more"`` (flag: Flag) ([<From("the flag")>] other: Flag) = same flag other

[<Test; Isolated>]
let ``kills its process`` (worker: WorkerInfo) =
    if worker.WorkerId = "main" then Skip.Because "not here" else Environment.FailFast "storm"

module Nested =
    [<Test>]
    let ``is nested`` (ship: Ship) = same "Gorch Fock" ship.Name

/// A class has an instance for each test; fixtures of its own; a constructor that asks.
type Harbour(ship: Ship) =
    [<Fixture>]
    member _.Berth() : Nullable<int> = Nullable 7

    [<Test>]
    member _.``knows its ship``(berth: Nullable<int>, other: Ship) =
        same ship.Name "Gorch Fock"
        same 7 berth.Value
        same true (obj.ReferenceEquals(ship, other))

    [<Test>]
    static member ``needs no ship``() = Task.CompletedTask

[<AbstractClass>]
type Vessel() =
    abstract Wheels: int

    [<Test>]
    member this.``has no wheels``() = same 0 this.Wheels

type Boat() =
    inherit Vessel()
    override _.Wheels = 0

type Amphibian() =
    inherit Vessel()
    override _.Wheels = 4
