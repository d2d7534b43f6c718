using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Report;

namespace Rondo.Engine.Tests.Report;

[TestClass]
public sealed class StackTextTests
{
    [TestMethod]
    [DataRow("Ns.Type.<Method>d__3.MoveNext()", "Ns.Type.Method()")]
    [DataRow("Ns.Type+<Method>d__3.MoveNext()", "Ns.Type.Method()")]
    [DataRow("Ns.Type.<Method>d__3`1.MoveNext()", "Ns.Type.Method()")]
    [DataRow("Ns.Type.<Method>d__3`1[T].MoveNext()", "Ns.Type.Method()")]
    [DataRow("Ns.Type.<>c.<Method>b__3_0(Int32 x)", "Ns.Type.Method+lambda(Int32 x)")]
    [DataRow("Ns.Type.<>c__3`1.<Method>b__3_0(T x)", "Ns.Type.Method+lambda(T x)")]
    [DataRow("Ns.Type.<>c__DisplayClass3_0.<Method>b__0()", "Ns.Type.Method+lambda()")]
    [DataRow("Ns.Type.<>c__DisplayClass3_0.<<Method>b__0>d.MoveNext()", "Ns.Type.Method+lambda()")]
    [DataRow("Ns.Type.<>c.<<Method>b__3_0>d.MoveNext()", "Ns.Type.Method+lambda()")]
    [DataRow("Ns.Type.<Method>g__Inner|3_0(Int32 x)", "Ns.Type.Method+Inner(Int32 x)")]
    [DataRow("Ns.Type.<<Method>g__Inner|3_0>d.MoveNext()", "Ns.Type.Method+Inner()")]
    [DataRow("Ns.Type.<>c__DisplayClass0_0.<<Method>g__Inner|1>d.MoveNext()", "Ns.Type.Method+Inner()")]
    [DataRow("Program.<Main>$(String[] args)", "Program.Main(String[] args)")]
    [DataRow("Program.<<Main>$>g__Local|0_0()", "Program.Main+Local()")]
    [DataRow("Program.<<Main>$>d__0.MoveNext()", "Program.Main()")]
    [DataRow("Ns.<File>F00112233445566778899AABBCCDDEEFF__Hidden.Run()", "Ns.Hidden.Run()")]
    [DataRow("Ns.Type.Method[T](List`1 items)", "Ns.Type.Method[T](List`1 items)")]
    public void Names_are_those_that_people_wrote(string method, string readable)
    {
        Assert.AreEqual(readable, StackText.Readable(method));
    }

    [TestMethod]
    public void Frames_of_the_machinery_go_and_those_of_users_stay()
    {
        var stack = """
               at System.Linq.Enumerable.First[TSource](IEnumerable`1 source)
               at Shop.Cart.<AddAsync>d__3.MoveNext() in /home/me/shop/src/Cart.cs:line 12
            --- End of stack trace from previous location ---
               at System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw()
               at System.Runtime.CompilerServices.TaskAwaiter.HandleNonSuccessAndDebuggerNotification(Task task)
               at System.Threading.Tasks.Task.Execute()
               at Rondo.Loops.TaskGroup.RunAsync(Func`2 body)
               at Shop.Tests.CartTests.Adds(Cart in cart) in /home/me/shop/tests/CartTests.cs:line 7
               at Rondo.Engine.Tests.OurOwn.Test()
               at Rondo.Generated.CartTests_Entry.Invoke(Int32 test, Object self, Object[] values) in /home/me/shop/tests/obj/CartTests.g.cs:line 9
               at Rondo.Engine.Worker.CaseRunner.RunAsync()
            """;

        Assert.AreEqual(
            """
               at System.Linq.Enumerable.First[TSource](IEnumerable`1 source)
               at Shop.Cart.AddAsync() in /home/me/shop/src/Cart.cs:line 12
               at Shop.Tests.CartTests.Adds(Cart in cart) in CartTests.cs:line 7
               at Rondo.Engine.Tests.OurOwn.Test()
            """.ReplaceLineEndings("\n"),
            StackText.Trim(stack, "/home/me/shop/tests/"));
    }

    [TestMethod]
    public void A_stack_of_machinery_alone_stays_as_it_is()
    {
        var stack = "   at System.Threading.Tasks.Task.Execute()\n   at Rondo.Engine.Worker.CaseRunner.RunAsync()";

        Assert.AreEqual(stack, StackText.Trim(stack));
    }

    [TestMethod]
    public void A_frame_in_the_project_is_the_users_whatever_its_namespace_says()
    {
        var stack = "   at Rondo.Loops.Extras.MyLoop.Run() in /p/MyLoop.cs:line 3\n   at Rondo.Loops.EventLoop.Run() in /_/src/EventLoop.cs:line 9\n   at A.B() in /p2/B.cs:line 1";

        Assert.AreEqual("   at Rondo.Loops.Extras.MyLoop.Run() in MyLoop.cs:line 3\n   at A.B() in /p2/B.cs:line 1", StackText.Trim(stack, "/p"));
    }

    [TestMethod]
    public async Task A_real_stack_names_lambdas_local_functions_and_async_methods()
    {
        var error = await CatchAsync(() => OuterAsync(async () =>
        {
            await Task.Yield();
            LocalFunction();
            static void LocalFunction() => throw new InvalidOperationException("boom");
        }));

        var stack = StackText.Trim(error.StackTrace!, Path.GetDirectoryName(Here()));

        Assert.DoesNotContain("<", stack);
        Assert.DoesNotContain("MoveNext", stack);
        Assert.Contains("StackTextTests.A_real_stack_names_lambdas_local_functions_and_async_methods+LocalFunction() in StackTextTests.cs:line", stack);
        Assert.Contains("StackTextTests.OuterAsync(Func`1 body) in StackTextTests.cs:line", stack);
    }

    [TestMethod]
    public void Exceptions_that_misbehave_become_text_all_the_same()
    {
        var failure = SafeText.OfException(new Evil());

        Assert.EndsWith("+Evil", failure.Type);
        Assert.Contains("its getter threw System.NotSupportedException", failure.Message);
        Assert.Contains("cannot be read", failure.Stack!);
    }

    [TestMethod]
    public void Inner_exceptions_follow_the_stack_and_aggregates_are_flattened()
    {
        var aggregate = new AggregateException("several", new InvalidOperationException("a", new IOException("root")), new AggregateException(new FormatException("b"), new AggregateException(new TimeoutException("c"))));

        var failure = SafeText.OfException(aggregate);
        var wrapped = SafeText.OfException(new ArgumentException("outer", aggregate));

        Assert.AreEqual("System.AggregateException", failure.Type);
        Assert.AreEqual("a b c", string.Join(' ', failure.Others.Select(o => o.Message)));
        Assert.AreEqual("---> System.IO.IOException: root", failure.Others[0].Stack);
        Assert.AreEqual("outer", wrapped.Message);
        Assert.HasCount(3, wrapped.Others);
        Assert.Contains("---> System.AggregateException: several", wrapped.Stack!);
    }

    [TestMethod]
    public void Depth_number_and_length_are_bounded()
    {
        Exception deep = new InvalidOperationException("0");
        for (var i = 1; i < 10_000; i++) deep = new InvalidOperationException(i.ToString(System.Globalization.CultureInfo.InvariantCulture), deep);
        Exception nested = new InvalidOperationException("leaf");
        for (var i = 0; i < 10_000; i++) nested = i % 2 == 0 ? new AggregateException(nested) : new InvalidOperationException("wrap", nested);
        Exception aggregates = new InvalidOperationException("leaf");
        for (var i = 0; i < 50_000; i++) aggregates = new AggregateException(aggregates);
        var longText = new string('x', 100_000);
        var wide = new AggregateException(Enumerable.Range(0, 10_000).Select(i => new InvalidOperationException(longText)));

        Assert.Contains("further inner exceptions were cut", SafeText.OfException(deep).Stack!);
        Assert.IsNotNull(SafeText.OfException(nested));
        Assert.AreEqual("leaf", Assert.ContainsSingle(SafeText.OfException(aggregates).Others).Message);
        Assert.HasCount(101, SafeText.OfException(wide).Others);
        Assert.IsLessThan(70_000, SafeText.OfException(wide).Others[0].Message.Length);
    }

    private static async Task<Exception> CatchAsync(Func<Task> body)
    {
        try
        {
            await body();
        }
        catch (InvalidOperationException error)
        {
            return error;
        }

        throw new UnreachableException();
    }

    private static async Task OuterAsync(Func<Task> body) => await body();

    private static string Here([CallerFilePath] string path = "") => path;

    private sealed class Evil : Exception
    {
        public override string Message => throw new NotSupportedException();

        public override string StackTrace => throw new NotSupportedException();
    }
}
