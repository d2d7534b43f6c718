module Tides.TideTests

open System
open System.Threading
open Rondo
open Rondo.Loops
open Tides.Fixtures

let private expect expected actual =
    if expected <> actual then failwith $"expected %A{expected}, got %A{actual}"

[<Test>]
let ``two tides a day`` () = expect 2 (24 * 60 / 745 + 1)

// Virtual time: the twelve hours until high water pass in milliseconds.
[<Test; VirtualTime(Start = "2026-02-28")>]
let ``high water comes back`` (almanac: Almanac) (clock: TimeProvider) =
    async {
        let! high = almanac.WaitAsync "Cuxhaven"
        expect high.At (clock.GetUtcNow())
    }

[<Test; Case("Cuxhaven", 3.4); Case("Dover", 2.1)>]
let ``ports differ`` (port: string) (metres: float) (almanac: Almanac) (log: Log) =
    task {
        let! high = almanac.NextAsync port
        log.Lines.Add $"{high.Port}: {high.Metres} m"
        expect metres high.Metres
    }

let heights = [ struct (1.0, 3.28); struct (3.4, 11.15) ]

[<Test; CasesFrom(nameof heights)>]
let ``metres are feet`` (metres: float) (feet: float) = expect feet (Math.Round(metres * 3.28084, 2))

/// A class is made anew for each of its tests; its constructor may ask for fixtures too.
type AlmanacTests(almanac: Almanac) =
    [<Test; Timeout(10_000)>]
    member _.``thinks before it answers``(stop: CancellationToken) =
        task {
            let answer = almanac.NextAsync "Dover"
            expect false answer.IsCompleted
            let! high = answer.WaitAsync stop
            expect "Dover" high.Port
        }

    [<Test; Skip("the moon is not in the almanac yet")>]
    member _.``knows spring tides``() = failwith "not written"
