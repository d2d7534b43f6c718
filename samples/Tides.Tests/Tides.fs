namespace Tides

open System
open System.Threading.Tasks

/// Where and when the water is high.
type HighWater = { Port: string; At: DateTimeOffset; Metres: float }

/// Gives the tides of a port; a real one would ask a service.
type Almanac(clock: TimeProvider) =
    let period = TimeSpan.FromMinutes 745.0

    /// The next high water of a port, after a moment's thought.
    member _.NextAsync(port: string) : Task<HighWater> =
        task {
            do! Task.Delay(TimeSpan.FromSeconds 1.0, clock)

            return
                { Port = port
                  At = clock.GetUtcNow() + period
                  Metres = if port = "Cuxhaven" then 3.4 else 2.1 }
        }

    /// Waits until the water is high.
    member this.WaitAsync(port: string) : Async<HighWater> =
        async {
            let! next = this.NextAsync port |> Async.AwaitTask
            do! Task.Delay(next.At - clock.GetUtcNow(), clock) |> Async.AwaitTask
            return next
        }
