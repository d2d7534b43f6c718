// Every rule with code it refuses and with its nearest neighbour that is allowed. What each says is in Approved/Diagnostics.txt.
extern alias generator;

using System.Text;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed class DiagnosticsTests
{
    internal static IReadOnlyList<(string Expected, string Code)> Samples => s_samples;

    // Code under //: what is expected ("-" nothing), one sample after the other; the approved file shows the messages.
    private static readonly (string Expected, string Code)[] s_samples =
    [
        ("RND1001 'cart'", "public class Cart; public class T { [Test] public void M(Cart cart) { } }"),
        ("RND1001 'cart'", "public class Cart; public interface ICart; public static class F { [Fixture] public static Cart C() => new(); } public class T { [Test] public void M(ICart cart) { } }"),
        ("RND1001 'cart'", "namespace A { public class Cart; public static class F { [Fixture] public static Cart C() => new(); } } namespace B { public class T { [Test] public void M(A.Cart cart) { } } }"),
        ("RND1001 'cart'", "public class Cart; public class Other { [Fixture] public Cart C() => new(); [Test] public void M(Cart cart) { } } public class T { [Test] public void M(Cart cart) { } }"),
        ("RND1001 'cart'", "public class Cart; public class Outer { [Fixture] public Cart C() => new(); [Test] public void M(Cart cart) { } public class Nested { [Test] public void M(Cart cart) { } } }"),
        ("RND1001 'cart'", "public class Cart; public static class F { [Fixture] public static Cart C(Cart cart) => cart; }"),
        ("RND1001 'cart'", "public class Cart; public static class F { [Fixture] public static Cart Small() => new(); } public class T { [Test] public void M([From(\"Big\")] Cart cart) { } }"),
        ("RND1001 'shop'", "public class Shop; public class T(Shop shop) { [Test] public void M() { _ = shop; } }"),
        ("RND1001 'T'", "public class Cart; public abstract class B { [Test] public void M(Cart cart) { } } public class T : B;"),
        ("-", "public class Cart; public abstract class B { [Test] public void M(Cart cart) { } } public class T : B { [Fixture] public Cart Make() => new(); }"),
        ("-", "public class T { [Test] public void M(CancellationToken a, TestContext b, TempDirectory c, WorkerInfo d, EventLoop e, TimeProvider f, TaskGroup g, Subtests h, Patches i, FreePort j, FreePort k, int unused = 3) { } }"),
        ("RND1002 'cart'", "public class Cart; public static class F { [Fixture] public static Cart Small() => new(); [Fixture] public static Cart Big() => new(); } public class T { [Test] public void M(Cart cart) { } }"),
        ("-", "public class Cart; public static class F { [Fixture] public static Cart Small() => new(); [Fixture] public static Cart Big() => new(); } public class T { [Test] public void M(Cart small, [From(\"Big\")] Cart other) { } }"),
        ("RND1003 'temp'", "public class Temp; public class Db; public static class F { [Fixture] public static Temp TempDir() => new(); [Fixture(FixtureScope.Worker)] public static Db Database(Temp temp) => new(); }"),
        ("RND1003 'context'", "public class Db; public static class F { [Fixture(FixtureScope.Class)] public static Db Database(TestContext context) => new(); }"),
        ("-", "public class Temp; public class Db; public static class F { [Fixture(FixtureScope.Worker)] public static Temp TempDir() => new(); [Fixture] public static Db Database(Temp temp, TestContext context) => new(); }"),
        ("RND1003 'parts', RND1003 'patches'", "public class Db; public class Web; public static class F { [Fixture(FixtureScope.Class)] public static Db Database(Subtests parts) => new(); [Fixture(FixtureScope.Worker)] public static Web Site(Patches patches) => new(); }"),
        ("-", "public class Db; public static class F { [Fixture] public static Db Database(Subtests parts, Patches patches) => new(); } public class Web; public static class G { [Fixture(FixtureScope.Worker)] public static Web Site(FreePort port) => new(); }"),
        ("-", "namespace Lib { [Rondo.Catalog.TestValue] public sealed class Mail(TestContext? test) { public TestContext? Test => test; } } public class Db; public static class F { [Fixture(FixtureScope.Worker)] public static Db Database(Lib.Mail mail) => new(); } public class T(Lib.Mail mail) { [Test] public void M(Lib.Mail other, Db db) { _ = mail; } }"),
        ("RND1004 'b', RND1004 'c', RND1004 'a'", "public class A; public class B; public class C; public static class F { [Fixture] public static A MakeA(B b) => new(); [Fixture] public static B MakeB(C c) => new(); [Fixture] public static C MakeC(A a) => new(); }"),
        ("RND1005 'Loop(LoopScope.Test)'", "public class A; public static class F { [Fixture(FixtureScope.Worker), Loop(LoopScope.Test)] public static A MakeA() => new(); }"),
        ("-", "public class A; public static class F { [Fixture(FixtureScope.Class), Loop(LoopScope.Worker)] public static A MakeA() => new(); }"),
        ("RND1006 'M'", "public class T { [Test] public async void M() => await Task.Yield(); }"),
        ("RND1007 'M', RND1007 'N', RND1007 'O'", "public class T { [Test] public int M() => 1; [Test] public Task<int> N() => null!; [Test] public ValueTask<int> O() => default; }"),
        ("RND1008 'a', RND1008 'b', RND1008 'c', RND1008 'd', RND1008 'e'", "public unsafe class T { [Test] public void A(ref int a) { } [Test] public void B(in int b) { } [Test] public void C(out int c) => c = 1; [Test] public void D(Span<byte> d) { } [Test] public void E(int* e) { } }"),
        ("RND1009 'T', RND1009 'M'", "public class T<X> { [Test] public void M() { } } public class U { [Test] public void M<X>() { } }"),
        ("-", "public abstract class B<X> { [Test] public void M() { } } public class U : B<int>;"),
        ("RND1009 'U'", "public abstract class B<X> { [Test] public void M() { } } public class U<X> : B<X>;"),
        ("RND1010 'M', RND1010 'N', RND1010 'Inner', RND1010 'InFile'", "public class T { [Test] private void M() { } [Test] protected void N() { } private class Inner { [Test] public void M() { } } } file class InFile { [Test] public void M() { } }"),
        ("-", "public class T { [Test] internal void M() { } [Test] protected internal void N() { } internal class Inner { [Test] public void M() { } } } internal static class S { [Test] public static void M() { } }"),
        ("RND1011 'M'", "public abstract class B { [Test] public abstract void M(); } public class T : B { public override void M() { } }"),
        ("RND1012 'S', RND1012 'I'", "public struct S { [Test] public void M() { } } public interface I { [Test] void M() { } }"),
        ("RND1012 'Local'", "public class T { public void M() { Local(); [Test] void Local() { } } }"),
        ("RND1012 'get'", "public class T { public int P { [Test] get => 1; } }"),
        ("RND1013 'T', RND1013 'U', RND1013 'Name'", "public class T { private T() { } [Test] public void M() { } } public class U { public U() { } public U(CancellationToken stop) { } [Test] public void M() { } } public class V { public required string Name; [Test] public void M() { } }"),
        ("-", "public class T { private T() { } [Test] public static void M() { } } public record U(CancellationToken Stop) { [Test] public void M() { } } public class V { public V() { } private V(int x) { } [Test] public void M() { } }"),
        ("RND1014 '2', RND1014 'Case(1)'", "public class T { [Test, Case(1, 2)] public void M(int a) { } [Test, Case(1, 2), Case(1)] public void N(int a, int b) { } }"),
        ("-", "public class T { [Test, Case(1), Case(1, 2)] public void M(int a, int b = 5) { } [Test, Case, Case(1, 2, 3), Case(1)] public void N(params int[] all) { } [Test, Case(1, \"a\", \"b\")] public void O(int a, params string[] all) { } }"),
        ("RND1015 '300', RND1015 '\"Purple\"', RND1015 '1.5', RND1015 '\"not-a-guid\"', RND1015 'null', RND1015 '\"2024-13-01\"', RND1015 '\"x\"'", "public enum Color { Red } public class T { [Test, Case(300)] public void A(byte a) { } [Test, Case(\"Purple\")] public void B(Color a) { } [Test, Case(1.5)] public void C(int a) { } [Test, Case(\"not-a-guid\")] public void D(Guid a) { } [Test, Case(null)] public void E(int a) { } [Test, Case(\"2024-13-01\")] public void F(DateOnly a) { } [Test, Case(\"x\")] public void G(CancellationToken a) { } }"),
        ("-", "public enum Color { Red } public class T { [Test, Case(1, 1.10, \"Red\", null, typeof(List<>), new[] { 1, 2 })] public void A(long a, decimal b, Color? c, string? d, Type e, IReadOnlyList<int> f) { } }"),
        ("RND1015 '\"1.x\"', RND1015 '-1', RND1015 '\"xy\"', RND1015 '\"12 \"'", "public class T { [Test, Case(\"1.x\")] public void A(Version a) { } [Test, Case(-1)] public void B(UInt128 a) { } [Test, Case(\"xy\")] public void C(char a) { } [Test, Case(\"12 \")] public void D(System.Numerics.BigInteger a) { } }"),
        ("RND1016 'CasesFrom(\"Nowhere\")', RND1016 'CasesFrom(nameof(Instance))', RND1016 'CasesFrom(nameof(WithParameter))', RND1016 'CasesFrom(nameof(NoSequence))', RND1016 'CasesFrom(nameof(Hidden))', RND1016 'CasesFrom(nameof(Field))'", "public class T { [Test, CasesFrom(\"Nowhere\")] public void A(int a) { } [Test, CasesFrom(nameof(Instance))] public void B(int a) { } public int[] Instance() => []; [Test, CasesFrom(nameof(WithParameter))] public void C(int a) { } public static int[] WithParameter(int x) => []; [Test, CasesFrom(nameof(NoSequence))] public void D(int a) { } public static int NoSequence => 1; [Test, CasesFrom(nameof(Hidden))] public void E(int a) { } private static int[] Hidden => []; [Test, CasesFrom(nameof(Field))] public void F(int a) { } public static int[] Field = []; }"),
        ("RND1017 'CasesFrom(nameof(Texts))', RND1017 'CasesFrom(nameof(Pairs))', RND1017 'CasesFrom(nameof(Rows))'", "public class T { [Test, CasesFrom(nameof(Texts))] public void A(int a) { } public static string[] Texts => []; [Test, CasesFrom(nameof(Pairs))] public void B(int a) { } public static (int, int)[] Pairs => []; [Test, CasesFrom(nameof(Rows))] public void C(long a) { } public static CaseRow<int>[] Rows => []; }"),
        ("-", "public static class D { public static async IAsyncEnumerable<CaseRow<int, string>> Rows() { await Task.Yield(); yield break; } } public class T { [Test, CasesFrom(typeof(D), nameof(D.Rows))] public void A(int? a, object b) { } [Test, CasesFrom(nameof(Tuples))] public void B((int, int) pair) { } public static (int a, int b)[] Tuples => []; [Test, CasesFrom(nameof(Small))] public void C(long a) { } public static byte[] Small => []; }"),
        ("RND1018 'CasesFrom(nameof(Rows))'", "public class T { [Test, Case(1), CasesFrom(nameof(Rows))] public void A(int a) { } public static int[] Rows => []; }"),
        ("-", "[TypeCase(typeof(int)), TypeCase(typeof(string))] public class T<X> { [Fixture] public X Make() => default!; [Test] public void M(X x) { } } public class U { [Test, TypeCase(typeof(int), typeof(List<string>))] public void M<X, Y>(int unused = 3) where X : struct where Y : IEnumerable<string>, new() { } [Test, Case(1), Case(\"a\"), Case(2)] public void N<X>(X x) { } [Test, TypeCase(typeof(long)), Case(1)] public void O<X>(X x) { } [Test, Case(1, new[] { 2 }, 3)] public void P<X, Y>(X? a, IReadOnlyList<Y> b, params X[] c) where X : struct { } }"),
        ("RND1009 'M', RND1009 'N'", "public class T { [Test, CasesFrom(nameof(Rows))] public void M<X>(X x) { } public static int[] Rows => []; [Test] public void N<X>([Values(1)] X x) { } }"),
        ("RND1071 'Case(null)', RND1071 'Case(1)'", "public class T { [Test, Case(null)] public void M<X>(X x) { } [Test, Case(1)] public void N<X, Y>(X x) { } }"),
        ("RND1072 'TypeCase(typeof(int))', RND1072 'TypeCase(typeof(string), typeof(string))', RND1072 'TypeCase(typeof(int))'", "[TypeCase(typeof(int))] public class T<X> where X : class { [Test] public void M() { } } public class U { [Test, TypeCase(typeof(string), typeof(string))] public void M<X>() { } [Test, TypeCase(typeof(int))] public void N() { } }"),
        ("RND1072 'TypeCase(typeof(int))', RND1072 'TypeCase(typeof(int))', RND1072 'TypeCase(typeof(int))'", "[TypeCase(typeof(int))] public abstract class T<X> { [Test] public void M() { } } [TypeCase(typeof(int)), TypeCase(typeof(string))] public class U { [Test] public void M() { } } public class V { [Test, TypeCase(typeof(int)), TypeCase(typeof(int))] public void M<X>() { } }"),
        ("RND1072 'TypeCase(typeof(Uri))', RND1072 'TypeCase(typeof(int?))', RND1072 'TypeCase(typeof(string))', RND1072 'TypeCase(typeof(Inner))'", "public class T { [Test, TypeCase(typeof(Uri))] public void A<X>() where X : new() { } [Test, TypeCase(typeof(int?))] public void B<X>() where X : struct { } [Test, TypeCase(typeof(string))] public void C<X>() where X : IEnumerable<X> { } [Test, TypeCase(typeof(Inner))] public void D<X>() { } private class Inner; }"),
        ("RND1001 'x'", "[TypeCase(typeof(int)), TypeCase(typeof(string))] public class T<X> { [Fixture] public string Make() => \"\"; [Test] public void M(X x) { } }"),
        ("RND1065 'a', RND1065 'b'", "public class T { [Test, Case(1)] public void M([Values(1)] int a) { } [Test, CasesFrom(nameof(Rows))] public void N(int a, [Values(1)] int b) { } public static int[] Rows => []; }"),
        ("RND1066 'Values'", "public class T { [Test] public void M([Values] int a) { } }"),
        ("RND1015 '\"x\"', RND1015 'null'", "public class T { [Test] public void M([Values(1, \"x\")] int a, [Values(null)] int b) { } }"),
        ("RND1067 'Values(1)', RND1067 'Values(2)', RND1067 'Values(3)'", "public class X; public class T([Values(1)] int a) { [Test] public void M() { _ = a; } public void N([Values(2)] int b) { } [Fixture] public static X Make([Values(3)] int c) => new(); [Fixture] public static int One() => 1; }"),
        ("RND1068 'M'", "public class T { [Test] public void M([Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] int a, [Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] int b, [Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] int c, [Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] int d, [Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] int e, [Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] int f, [Values(1, 2)] int g) { } }"),
        ("-", "public enum E { A } public class Cart; public class T { [Fixture] public Cart Make() => new(); [Test] public void M(Cart cart, [Values(1, 2)] long a, CancellationToken stop, [Values] E? b, [Values] bool c) { } }"),
        ("RND1069 'FixturesFrom(typeof(A))', RND1069 'FixturesFrom(typeof(B<>))', RND1069 'FixturesFrom(typeof(C))', RND1069 'FixturesFrom(typeof(int[]))'", "[assembly: FixturesFrom(typeof(A)), FixturesFrom(typeof(B<>)), FixturesFrom(typeof(C)), FixturesFrom(typeof(int[]))] public class A { [Fixture] public static int X() => 1; [Test] public void M() { } } public static class B<T>; public static class C;"),
        ("-", "[assembly: FixturesFrom(typeof(N.F))] namespace N { public class X; public static class F { [Fixture] public static X Make() => new(); } } namespace M { public class T { [Test] public void A(N.X x) { } } }"),
        ("RND1070 'Case'", "public class X; public static class F { [Fixture, Case] public static X Make() => new(); }"),
        ("RND1014 '2', RND1015 '\"x\"', RND1019 'CasesFrom(nameof(Rows))'", "public class X; public class Y; public class Z; public static class F { [Fixture, Case(1, 2)] public static X A(int a) => new(); [Fixture, Case(\"x\")] public static Task B(Use<Y> use, int a) => use(new()); [Fixture, CasesFrom(nameof(Rows))] public static Z C() => new(); public static int[] Rows => []; }"),
        ("-", "public class X; public class Y; public static class F { [Fixture, Case(1), Case(2, Name = \"two\", Skip = \"why\")] public static Task A(Use<X> use, long a, CancellationToken stop, int later = 3) => use(new()); [Fixture, Case(\"a\", 1, 2)] public static Y B(string a, params int[] rest) => new(); }"),
        ("RND1001 'b'", "public class X; public static class F { [Fixture, Case(1)] public static X A(int a, int b) => new(); }"),
        ("RND1019 'Case(1)', RND1019 'Skip(\"x\")', RND1019 'Timeout(500)'", "public class A; public class T { [Case(1)] public void M(int a) { } [Skip(\"x\")] public void N() { } [Fixture, Timeout(500)] public A Make() => new(); [Test] public void O() { } }"),
        ("-", "public abstract class B { [Test] public virtual void M() { } } public class T : B { [Skip(\"not here\")] public override void M() { } }"),
        ("RND1020 'M'", "public class A; public class T { [Test, Fixture] public A M() => new(); }"),
        ("RND1021 'BlockingWaits(BlockingWaits.Fail)'", "[Loop(Backend = LoopBackend.ThreadPool)] public class T { [Test, BlockingWaits(BlockingWaits.Fail)] public void M() { } }"),
        ("-", "[BlockingWaits(BlockingWaits.Fail)] public class T { [Test, Loop(Backend = LoopBackend.ThreadPool)] public void M() { } }"),
        ("RND1022 'A', RND1022 'B', RND1022 'use', RND1022 'second', RND1022 'E', RND1022 'F'", "public class X; public static class Fs { [Fixture] public static void A() { } [Fixture] public static Task B() => Task.CompletedTask; [Fixture] public static Task C(CancellationToken stop, Use<X> use) => use(new()); [Fixture] public static Task D(Use<X> use, Use<X> second) => use(new()); [Fixture] public static async void E(Use<X> use) => await use(new()); [Fixture] public static Span<int> F() => default; }"),
        ("RND1023 'A', RND1023 'B'", "public class X; public class Holder { [Fixture] public X A() => new(); } public class Other { [Fixture] public static X B() => new(); }"),
        ("-", "public class X; public abstract class Base { [Fixture] public X A() => new(); } public class Outer { [Fixture] public static X B() => new(); public class Inner { [Test] public void M(X b) { } } }"),
        ("RND1010 'A'", "public class X; static class Outer { [Fixture] static X A() => new(); }"),
        ("RND1024 'A'", "public class X; public class T { [Fixture(FixtureScope.Class)] public X A() => new(); [Test] public void M() { } }"),
        ("RND1025 'A'", "public class X; public class Y; public static class Fs { [Fixture] public static X A() => new(); [Fixture] public static Y A(CancellationToken stop) => new(); }"),
        ("RND1026 'use'", "public class X; public static class Fs { [Fixture] public static Task A(Use<X> use) => Task.CompletedTask; }"),
        ("-", "public class X; public static class Fs { [Fixture] public static Task A(Use<X> use) => throw new NotSupportedException(); [Fixture] public static Task B(Use<X> use) => Helper(use); static Task Helper(Use<X> use) => use(new()); }"),
        ("RND1027 'use(new())'", "public class X; public static class Fs { [Fixture] public static async Task A(Use<X> use) { await use(new()); await use(new()); } }"),
        ("-", "public class X; public static class Fs { [Fixture] public static async Task A(Use<X> use, CancellationToken stop) { if (stop.CanBeCanceled) await use(new()); else await use(new()); } }"),
        ("RND1028 'Timeout(5)', RND1028 'Timeout(-1)'", "public class T { [Test, Timeout(5)] public void M() { } [Test, Timeout(-1)] public void N() { } [Test, Timeout(0)] public void O() { } [Test, Timeout(100)] public void P() { } }"),
        ("RND1029 'Flow.Value = 1'", "public class X; public static class Fs { static readonly AsyncLocal<int> Flow = new(); [Fixture] public static async Task<X> A() { Flow.Value = 1; await Task.Yield(); return new(); } [Fixture] public static X B() { Flow.Value = 1; return new(); } [Fixture] public static async Task C(Use<X> use) { Flow.Value = 1; await use(new()); } }"),
        ("RND1021 'VirtualTime'", "[Loop(Backend = LoopBackend.ThreadPool)] public class T { [Test, VirtualTime] public async Task M() => await Task.Yield(); }"),
        ("RND1019 'VirtualTime', RND1019 'VirtualTime'", "public class X; public static class F { [Fixture, VirtualTime] public static X Make() => new(); } public class T { [Test, VirtualTime] public void M() { } }"),
        ("RND1045 'VirtualTime', RND1045 'MainThread'", "public sealed class Ui : LoopDispatcher { public override bool TryPost(Action callback) => true; public override void Run() { } public override void Shutdown() { } } [Loop(Dispatcher = typeof(Ui))] public class T { [Test, VirtualTime] public async Task M() => await Task.Yield(); [Test, MainThread] public void N() { } }"),
        ("-", "public sealed class Ui : LoopDispatcher { public override bool TryPost(Action callback) => true; public override void Run() { } public override void Shutdown() { } } [VirtualTime, MainThread] public class T { [Test, Loop(Dispatcher = typeof(Ui))] public async Task M() => await Task.Yield(); } [Loop(Dispatcher = typeof(Ui))] public class U { [Test, VirtualTime, Loop(Backend = LoopBackend.SingleThread)] public async Task M() => await Task.Yield(); [Test, BlockingWaits(BlockingWaits.Fail)] public void N() { } }"),
        ("RND1046 'Loop(Dispatcher = typeof(string))', RND1046 'Loop(Dispatcher = typeof(LoopDispatcher))', RND1046 'Loop(Dispatcher = typeof(Ui))', RND1046 'Loop(Dispatcher = typeof(int[]))', RND1046 'Loop(Dispatcher = typeof(string))'", "public sealed class Ui(int number) : LoopDispatcher { public override bool TryPost(Action callback) => number > 0; public override void Run() { } public override void Shutdown() { } } public class X; public class T { [Test, Loop(Dispatcher = typeof(string))] public void M() { } [Test, Loop(Dispatcher = typeof(LoopDispatcher))] public void N() { } [Test, Loop(Dispatcher = typeof(Ui))] public void O() { } [Test, Loop(Dispatcher = typeof(int[]))] public void P() { } [Fixture, Loop(Dispatcher = typeof(string))] public X Make() => new(); }"),
        ("RND1047 'Loop(Backend = LoopBackend.ThreadPool, Dispatcher = typeof(Ui))'", "public sealed class Ui : LoopDispatcher { public override bool TryPost(Action callback) => true; public override void Run() { } public override void Shutdown() { } } public class T { [Test, Loop(Backend = LoopBackend.ThreadPool, Dispatcher = typeof(Ui))] public async Task M() => await Task.Yield(); }"),
        ("RND1019 'MainThread', RND1019 'MainThread'", "public class X; public class T { [Fixture, MainThread] public X Make() => new(); [MainThread] public void N() { } [Test] public void M() { } }"),
        ("RND1035 'VirtualTime(Start = \"28.2.2026\")'", "[VirtualTime(Start = \"28.2.2026\")] public class T { [Test] public async Task M() => await Task.Yield(); }"),
        ("RND1021 'Cooperative'", "[Loop(Backend = LoopBackend.ThreadPool)] public class T { [Test, Cooperative] public async Task M() => await Task.Yield(); }"),
        ("RND1019 'Cooperative', RND1019 'Cooperative'", "public class X; public static class F { [Fixture, Cooperative] public static X Make() => new(); } public class T { [Test, Cooperative] public void M() { } }"),
        ("RND1036 'Cooperative(Window = 0)'", "[Cooperative(Window = 0)] public class T { [Test] public async Task M() => await Task.Yield(); }"),
        ("RND1036 'Cooperative(Window = 100001)'", "public class T { [Test, Cooperative(Window = 100001)] public async Task M() => await Task.Yield(); }"),
        ("RND1060 'ResourceLock(\"\")', RND1060 'ResourceLock(\" \", ResourceMode.Read)', RND1060 'ResourceLock(\"db\", (ResourceMode)7)'", "[ResourceLock(\"\")] public class T { [Test, ResourceLock(\" \", ResourceMode.Read)] public void M() { } [Test, ResourceLock(\"db\", (ResourceMode)7)] public void N() { } }"),
        ("RND1060 'ResourceLock(null!)'", "public class X; public static class F { [Fixture, ResourceLock(null!)] public static X Make() => new(); }"),
        ("RND1019 'Isolated', RND1019 'ResourceLock(\"db\")', RND1019 'Isolated'", "public class X; public static class F { [Fixture, Isolated] public static X Make() => new(); } public class T { [ResourceLock(\"db\")] public void M() { } [Isolated] public void N() { } [Test] public void O() { } }"),
        ("-", "public class X; public static class F { [Fixture, ResourceLock(\"db\", ResourceMode.Read), ResourceLock(\"port\")] public static X Make() => new(); } [Isolated, ResourceLock(\"db\")] public class T { [Test, ResourceLock(\"db\", ResourceMode.Read), Isolated] public void M(X x) { } }"),
        ("RND1037 'Cooperative'", "public class T { [Test, Serial, Cooperative] public async Task M() => await Task.Yield(); }"),
        ("-", "[Cooperative] public class T { [Test] public void M() { } [Test, Serial] public async Task N() => await Task.Yield(); [Test, Cooperative(Window = 1)] public async Task O() => await Task.Yield(); }"),
        ("-", "[VirtualTime] public class T { [Test] public void M() { } [Test, VirtualTime(Start = \"2026-02-28\")] public async Task N() => await Task.Yield(); [Test, VirtualTime(Start = \"2026-02-28T23:59:00+01:00\")] public Task O() => Task.CompletedTask; }"),
        ("RND1021 'Explore'", "[Loop(Backend = LoopBackend.ThreadPool)] public class T { [Test, Explore] public async Task M() => await Task.Yield(); }"),
        ("RND1021 'Explore', RND1021 'VirtualTime'", "[LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)] public class T { [Test, Explore] public async Task M() => await Task.Yield(); [Test, VirtualTime] public async Task N() => await Task.Yield(); }"),
        ("RND1019 'Explore', RND1019 'Explore', RND1019 'LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)'", "public class X; public static class F { [Fixture, Explore] public static X Make() => new(); } public class T { [Test, Explore] public void M() { } [Test, LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)] public void N() { } }"),
        ("RND1039 'LoopMatrix', RND1039 'LoopMatrix(LoopBackend.ThreadPool)', RND1039 'LoopMatrix(LoopBackend.ThreadPool, LoopBackend.ThreadPool)', RND1039 'LoopMatrix(LoopBackend.SingleThread, (LoopBackend)7)'", "public class T { [Test, LoopMatrix] public async Task M() => await Task.Yield(); [Test, LoopMatrix(LoopBackend.ThreadPool)] public async Task N() => await Task.Yield(); [Test, LoopMatrix(LoopBackend.ThreadPool, LoopBackend.ThreadPool)] public async Task O() => await Task.Yield(); [Test, LoopMatrix(LoopBackend.SingleThread, (LoopBackend)7)] public async Task P() => await Task.Yield(); }"),
        ("RND1040 'LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)'", "[LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool), Loop(Backend = LoopBackend.SingleThread)] public class T { [Test] public async Task M() => await Task.Yield(); }"),
        ("RND1041 'Explore(Schedules = 0)', RND1041 'Explore(TimeMs = -1)'", "public class T { [Test, Explore(Schedules = 0)] public async Task M() => await Task.Yield(); [Test, Explore(TimeMs = -1)] public async Task N() => await Task.Yield(); }"),
        ("RND1042 'Explore'", "[Loop(LoopScope.Class)] public class T { [Test, Explore] public async Task M() => await Task.Yield(); }"),
        ("-", "[Explore] public class T { [Test] public void M() { } [Test, Loop(LoopScope.Class)] public async Task N() => await Task.Yield(); [Test, Explore(Schedules = 5, TimeMs = 1), VirtualTime] public Task O() => Task.CompletedTask; [Test, LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)] public async Task P() => await Task.Yield(); }"),
        ("-", "[LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)] public class T { [Test] public void M() { } [Test, Loop(Backend = LoopBackend.SingleThread), Explore] public async Task N() => await Task.Yield(); [Test, Loop(LoopScope.Test), Case(1)] public async Task O(int x) => await Task.Yield(); }"),
        ("RND1050 'SkipUnless(typeof(H), \"Missing\", \"x\")', RND1050 'SkipUnless(typeof(H), \"Hidden\", \"x\")', RND1050 'SkipUnless(typeof(H), \"Number\", \"x\")', RND1050 'SkipUnless(typeof(H), \"Later\", \"x\")', RND1050 'SkipUnless(typeof(H), \"With\", \"x\")', RND1050 'SkipUnless(typeof(T), \"Mine\", \"x\")', RND1050 'SkipUnless(typeof(H), \"Generic\", \"x\")', RND1050 'SkipUnless(typeof(H), \"Set\", \"x\")', RND1050 'SkipUnless(typeof(H), \"Told\", \"x\")'", "public static class H { private static bool Hidden => true; public static int Number => 1; public static Task<bool> Later() => Task.FromResult(Hidden); public static bool With(int x) => x > 0; public static bool Generic<X>() => true; public static bool Set { set { } } public static event Action? Told { add { } remove { } } } public class T { public bool Mine => true; [Test, SkipUnless(typeof(H), \"Missing\", \"x\")] public void M0() { } [Test, SkipUnless(typeof(H), \"Hidden\", \"x\")] public void M1() { } [Test, SkipUnless(typeof(H), \"Number\", \"x\")] public void M2() { } [Test, SkipUnless(typeof(H), \"Later\", \"x\")] public void M3() { } [Test, SkipUnless(typeof(H), \"With\", \"x\")] public void M4() { } [Test, SkipUnless(typeof(T), \"Mine\", \"x\")] public void M5() { } [Test, SkipUnless(typeof(H), \"Generic\", \"x\")] public void M6() { } [Test, SkipUnless(typeof(H), \"Set\", \"x\")] public void M7() { } [Test, SkipUnless(typeof(H), \"Told\", \"x\")] public void M8() { } }"),
        ("RND1050 'SkipUnless(typeof(G<>), \"On\", \"x\")', RND1050 'SkipUnless(typeof(Nested), \"On\", \"x\")', RND1050 'SkipUnless(typeof(G<Nested>), \"On\", \"x\")', RND1050 'SkipUnless(typeof(Environment), \"HasShutdown\", \"x\")'", "public static class G<X> { public static bool On => true; } public class T { private class Nested { public static bool On => true; } [Test, SkipUnless(typeof(G<>), \"On\", \"x\")] public void A() { } [Test, SkipUnless(typeof(Nested), \"On\", \"x\")] public void B() { } [Test, SkipUnless(typeof(G<Nested>), \"On\", \"x\")] public void C() { } [Test, SkipUnless(typeof(Environment), \"HasShutdown\", \"x\")] public void D() { } }"),
        ("-", "[assembly: SkipUnless(typeof(H), nameof(H.Field), \"x\")] internal static class H { internal static readonly bool Field = true; public const bool Constant = true; public static bool Method() => true; public static bool Method(int x) => x > 0; public class Inner : Base; public class Base { public static bool Inherited { get; internal set; } } } [SkipUnless(typeof(H), nameof(H.Constant), \"x\")] public class T { [Test, SkipUnless(typeof(H), nameof(H.Method), \"x\")] public void M() { } [Test, SkipUnless(typeof(H.Inner), \"Inherited\", \"x\")] public async Task N() => await Task.Yield(); [Test, SkipUnless(typeof(OperatingSystem), nameof(OperatingSystem.IsLinux), \"x\")] public void O() { } }"),
        ("RND1051 'Repeat(0)', RND1051 'Repeat(-3)', RND1051 'Retry(-1)', RND1051 'Retry(1001)', RND1051 'Repeat(100001)'", "[Repeat(0)] public class T { [Test, Repeat(-3)] public void M() { } [Test, Retry(-1)] public void N() { } [Test, Retry(1001)] public void O() { } [Test, Repeat(100001)] public void P() { } }"),
        ("RND1052 'Retry(1)', RND1052 'Retry(1)'", "public class T { [Test, Retry(1), ExpectedFailure(\"x\")] public void M() { } [Test, Retry(1), Explore] public async Task N() => await Task.Yield(); }"),
        ("-", "[Retry(0), Repeat(2), Priority(-5), Explicit(\"x\"), ExpectedFailure(\"x\", Strict = true)] public class S { [Test] public void M() { } } [Retry(3)] public class T { [Test, ExpectedFailure(\"x\"), Retry(0)] public void M() { } [Test, Explore] public async Task N() => await Task.Yield(); [Test, Repeat(1), Retry(1000), Case(1, ExpectedFailure = \"x\")] public void O(int x) { } }"),
        ("RND1019 'Retry(2)', RND1019 'SkipUnless(typeof(OperatingSystem), \"IsLinux\", \"x\")', RND1019 'Explicit(\"x\")'", "public class A; public class T { [Fixture, Retry(2)] public A Make() => new(); [Fixture, SkipUnless(typeof(OperatingSystem), \"IsLinux\", \"x\")] public string Text() => \"\"; [Explicit(\"x\")] public void N() { } [Test] public void O() { } }"),
        ("RND1053 'DisplayName(\"{1}\")', RND1053 'DisplayName(\"{Number}\")', RND1053 'DisplayName(\"{stop}\")', RND1053 'DisplayName(\"{\")', RND1053 'DisplayName(\"}\")', RND1053 'DisplayName(\"{0}\")', RND1053 'DisplayName(\"{number:N2}\")', RND1053 'DisplayName(\"{}\")'", "public class T { [Test, Case(1), DisplayName(\"{1}\")] public void A(int number) { } [Test, Case(1), DisplayName(\"{Number}\")] public void B(int number) { } [Test, Case(1), DisplayName(\"{stop}\")] public void C(int number, CancellationToken stop) { } [Test, DisplayName(\"{\")] public void D() { } [Test, DisplayName(\"}\")] public void E() { } [Test, DisplayName(\"{0}\")] public void F(CancellationToken stop) { } [Test, Case(1), DisplayName(\"{number:N2}\")] public void G(int number) { } [Test, Case(1), DisplayName(\"{}\")] public void H(int number) { } }"),
        ("-", "public class T { [Test, Case(1, \"a\"), DisplayName(\"{0}, {number}: {text} {{and}} {1}\")] public void A(int number, string text, CancellationToken stop) { } [Test, CasesFrom(nameof(Rows)), DisplayName(\"{0} {b}\")] public void B(int a, int b) { } public static (int, int)[] Rows => []; [Test, DisplayName(\"plain {{}}\")] public void C() { } }"),
        ("RND1043 'shop', RND1043 'bank', RND1043 'till'", "public class Bank; public class Till; public class Shop; public static class F { [Fixture(FixtureScope.Worker)] public static Bank B(TimeProvider clock) => new(); [Fixture] public static Till Ti(Bank bank) => new(); [Fixture(FixtureScope.Class)] public static Shop S(TimeProvider clock) => new(); } [VirtualTime] public class T(Shop shop) { [Test] public async Task M(Bank bank, Till till) { _ = shop; await Task.Yield(); } }"),
        ("-", "public class Bank; public class Shop; public static class F { [Fixture] public static Bank B(TimeProvider clock) => new(); [Fixture(FixtureScope.Worker)] public static Shop S(EventLoop loop) => new(); } [VirtualTime] public class T { [Test] public async Task M(Bank bank, Shop shop) => await Task.Yield(); } public class U { [Test] public async Task M(Bank bank) => await Task.Yield(); }"),
        ("-", "public class Bank; public static class F { [Fixture(FixtureScope.Worker)] public static Bank B(TimeProvider clock, TaskGroup tasks) => new(); } [VirtualTime] public class T { [Test] public void M(Bank bank) { } } public class U { [Test] public async Task M(Bank bank) => await Task.Yield(); }"),
        ("RND1033 'x'", "public class X; public class T { [Fixture] public X A() => new(); [Test] public static void M(X x) { } }"),
        ("RND1033 'x'", "public class X; public class T(X x) { [Fixture] public X A() => new(); [Test] public void M() { _ = x; } }"),
        ("RND1034 'M'", "public class T { [Test, System.Diagnostics.Conditional(\"SLOW\")] public void M() { } }"),
        ("RND1075 'async () => await Task.Yield()', RND1075 'Later'", "public class T { [Test] public void M(Subtests parts) { parts.Run(\"a\", async () => await Task.Yield()); parts.Run(\"b\", Later); } private static async void Later() => await Task.Yield(); }"),
        ("-", "public class T { [Test] public async Task M(Subtests parts) { parts.Run(\"a\", () => { }); parts.Run(\"b\", () => throw new Exception()); await parts.RunAsync(\"c\", async () => await Task.Yield()); await Task.Run(async () => await Task.Yield(), default); } }"),
        ("-", "public sealed record Address(string Host, int Port); public static class F { [Fixture(FixtureScope.Run)] public static async Task Server(Use<Address> use, TempDirectory folder, WorkerInfo worker, CancellationToken stop) { await use(new(folder.Path, worker.WorkerCount)); } [Fixture(FixtureScope.Run)] public static Uri Url(Address address) => new(address.Host); }"),
        ("RND1080 'Use<System.IO.Stream>'", "public static class F { [Fixture(FixtureScope.Run)] public static async Task S(Use<System.IO.Stream> use) { await use(System.IO.Stream.Null); } }"),
        ("RND1080 'Task<Server>'", "public sealed class Server; public static class F { [Fixture(FixtureScope.Run)] public static Task<Server> S() => Task.FromResult(new Server()); }"),
        ("RND1080 'A', RND1080 'B', RND1080 'C', RND1080 'D', RND1080 'object', RND1080 '(int, string)', RND1080 'int[,]', RND1080 'Dictionary<int, int>', RND1080 'Func<int>', RND1080 'E'", "public sealed record A(B Part); public sealed record B(object Any); public abstract record C(int X); public sealed record D(int X) { public int Y; } public sealed record E { public E(int odd) => X = odd * 2; public int X { get; } } public static class F { [Fixture(FixtureScope.Run)] public static A A() => null!; [Fixture(FixtureScope.Run)] public static B B() => null!; [Fixture(FixtureScope.Run)] public static C C() => null!; [Fixture(FixtureScope.Run)] public static D D() => null!; [Fixture(FixtureScope.Run)] public static object O() => null!; [Fixture(FixtureScope.Run)] public static (int, string) T() => default; [Fixture(FixtureScope.Run)] public static int[,] Two() => null!; [Fixture(FixtureScope.Run)] public static Dictionary<int, int> Map() => null!; [Fixture(FixtureScope.Run)] public static Func<int> Call() => null!; [Fixture(FixtureScope.Run)] public static E Odd() => null!; }"),
        ("RND1003 'shop', RND1003 'context'", "public class Shop; public static class F { [Fixture(FixtureScope.Worker)] public static Shop S() => new(); [Fixture(FixtureScope.Run)] public static int Port(Shop shop, TestContext context) => 1; }"),
        ("RND1005 'Loop(LoopScope.Worker)'", "public static class F { [Fixture(FixtureScope.Run), Loop(LoopScope.Worker)] public static int Port() => 1; }"),
        ("RND1024 'Port'", "public class T { [Fixture(FixtureScope.Run)] public int Port() => 1; [Test] public void M() { } }"),
        ("-", "public class T { [Fixture(FixtureScope.Class, Shared = false)] public static int Port() => 1; [Test] public void M(int port) { } }"),
        ("RND1081 'Fixture(Shared = false)'", "public static class F { [Fixture(Shared = false)] public static int Port() => 1; }"),
        ("-", "public static class F { [Fixture(FixtureScope.Run)] public static string S(TimeProvider clock) => clock.LocalTimeZone.Id; } [VirtualTime] public class T { [Test] public async Task M(string s) => await Task.Yield(); }"),
    ];

    [TestMethod]
    public void Each_rule_refuses_what_it_must_and_allows_its_neighbour()
    {
        var wrong = s_samples
            .Select(s => (s.Expected, s.Code, Found: string.Join(", ", Analyzing.Codes(Compiling.Compilation(s.Code)))))
            .Where(s => s.Found != (s.Expected == "-" ? "" : s.Expected))
            .Select(s => $"expected {s.Expected}\n   found {s.Found}\n      in {s.Code}");

        Assert.AreEqual("", string.Join("\n", wrong));
    }

    [TestMethod]
    public void Messages_say_what_is_wrong_the_rule_and_what_to_do()
    {
        var text = new StringBuilder();
        foreach (var (expected, code) in s_samples)
        {
            if (expected == "-") continue;
            text.Append("// ").Append(code).Append('\n');
            foreach (var line in Analyzing.Report(Compiling.Compilation(code))) text.Append(line).Append('\n');
            text.Append('\n');
        }

        Approved.Matches("Diagnostics", text.ToString());
    }

    [TestMethod]
    public void What_is_allowed_compiles_without_a_warning()
    {
        foreach (var (expected, code) in s_samples)
        {
            if (expected == "-") Compiling.Generate(code);
        }
    }

    [TestMethod]
    public void What_is_refused_never_makes_generated_code_that_does_not_compile()
    {
        foreach (var (expected, code) in s_samples)
        {
            if (expected == "-") continue;
            var errors = Compiling.GenerateAnyway(Compiling.Compilation(code)).Compilation.GetDiagnostics()
                .Where(d => d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);

            Assert.AreEqual("", string.Join("\n", errors), code);
        }
    }

    [TestMethod]
    public void Every_rule_has_a_page_and_every_page_a_rule()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "docs", "errors");
        var rules = new generator::Rondo.Generator.Analyzers.CatalogAnalyzer().SupportedDiagnostics.DistinctBy(r => r.Id).ToList();

        // RND19xx are the build's own.
        var pages = Directory.GetFiles(folder, "RND10*.md").Concat(Directory.GetFiles(folder, "RND11*.md")).Select(f => Path.GetFileNameWithoutExtension(f) + " " + File.ReadLines(f).First()).Order(StringComparer.Ordinal);
        var expected = rules.Select(r => $"{r.Id} # {r.Id}: {r.Title}").Order(StringComparer.Ordinal);

        Assert.AreEqual(string.Join("\n", expected), string.Join("\n", pages));
        Assert.IsTrue(rules.All(r => r.HelpLinkUri == $"docs/errors/{r.Id}.md"));
    }

    [TestMethod]
    public void Every_rule_is_shown_by_a_sample()
    {
        var shown = string.Join(" ", s_samples.Select(s => s.Expected)) + " RND1030 RND1031 RND1032 RND1038 " + TestBodyTests.Shown;

        var missing = new generator::Rondo.Generator.Analyzers.CatalogAnalyzer().SupportedDiagnostics.Select(r => r.Id).Where(id => !shown.Contains(id, StringComparison.Ordinal));

        Assert.AreEqual("", string.Join(" ", missing));
    }

    [TestMethod]
    public void Top_level_statements_are_refused_in_a_test_program_only()
    {
        var program = Compiling.Compilation("Console.WriteLine();").WithOptions(Compiling.Compilation().Options.WithOutputKind(Microsoft.CodeAnalysis.OutputKind.ConsoleApplication));

        Assert.AreEqual("RND1030 'Console.WriteLine();'", Assert.ContainsSingle(Analyzing.Codes(program, ("RondoEntryPoint", "true"))));
        Assert.IsEmpty(Analyzing.Codes(program));
    }

    [TestMethod]
    public void Attributes_of_other_frameworks_are_refused_in_a_test_program_only()
    {
        const string xunit = "namespace Xunit { public class FactAttribute : Attribute; }";
        var program = Compiling.Compilation(xunit, "public class T { [Xunit.Fact] public void M() { } }");

        Assert.AreEqual("RND1031 'Xunit.Fact'", Assert.ContainsSingle(Analyzing.Codes(program, ("RondoEntryPoint", "true"))));
        Assert.IsEmpty(Analyzing.Codes(program));
    }

    [TestMethod]
    [DataRow("public class T : Xunit.IAsyncLifetime { public void InitializeAsync() { } [Test] public void M() { } }", "RND1038 'T'")]
    [DataRow("public class T : B { [Test] public void M() { } } public abstract class B : Xunit.IAsyncLifetime { public void InitializeAsync() { } }", "RND1038 'T'")]
    [DataRow("public class T : B, Xunit.IClassFixture<string>; public abstract class B { [Test] public void M() { } }", "RND1038 'T'")]
    [DataRow("public class Shared : Xunit.IAsyncLifetime { public void InitializeAsync() { } }", "")]
    [DataRow("public interface IAsyncLifetime; public class T : IAsyncLifetime { [Test] public void M() { } }", "")]
    public void Interfaces_that_xUnit_acts_on_are_refused_where_tests_are(string code, string expected)
    {
        const string xunit = "namespace Xunit { public interface IAsyncLifetime { void InitializeAsync(); } public interface IClassFixture<T>; }";
        var program = Compiling.Compilation(xunit, code);

        Assert.AreEqual(expected, string.Join(", ", Analyzing.Codes(program, ("RondoEntryPoint", "true"))));
        Assert.IsEmpty(Analyzing.Codes(program));
    }

    [TestMethod]
    [DataRow("NUnit.Framework.OneTimeTearDown"), DataRow("Microsoft.VisualStudio.TestTools.UnitTesting.ClassCleanup"), DataRow("TUnit.Core.Before"), DataRow("TUnit.Core.After"), DataRow("TUnit.Core.Skip")]
    public void Setups_and_skips_of_other_frameworks_are_refused(string mark)
    {
        var dot = mark.LastIndexOf('.');
        var program = Compiling.Compilation($"namespace {mark[..dot]} {{ public class {mark[(dot + 1)..]}Attribute : Attribute; }}", $"public class T {{ [{mark}] public void M() {{ }} [Test] public void N() {{ }} }}");

        Assert.AreEqual($"RND1031 '{mark}'", Assert.ContainsSingle(Analyzing.Codes(program, ("RondoEntryPoint", "true"))));
    }

    [TestMethod]
    public void An_attribute_that_two_frameworks_give_is_explained_beside_the_compilers_error()
    {
        const string nunit = "namespace NUnit.Framework { public class TestAttribute : Attribute; }";
        var program = Compiling.Compilation(nunit, "using NUnit.Framework;\npublic class T { [Test] public void M() { } [Test] public void N() { } }");

        var report = Analyzing.Report(program, ("RondoEntryPoint", "true"));

        var line = Assert.ContainsSingle(report, string.Join("\n", report));
        Assert.StartsWith("RND1032 'Test'", line);
        Assert.Contains("using TestAttribute = Rondo.TestAttribute;", line);
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string here = "") => here;
}
