using Rondo;
using Rondo.Loops;

public class Tests
{
    [Test, LoopMatrix(LoopBackend.ThreadPool)] public async Task On_one() => await Task.Yield();

    [Test, Explore, Loop(Backend = LoopBackend.ThreadPool)] public async Task Explored_on_the_pool() => await Task.Yield();

    [Test, Explore] public void Explored_without_a_loop()
    {
    }
}
