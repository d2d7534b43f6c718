// Every message of the compiler half, one named method each, beside its neighbours: what is wrong with names and values; the rule; what to do.
// Errors cannot be switched off by a project's settings: a test that cannot run must never be dropped in silence.
// Each code has a page in docs/errors.
using System.Collections.Immutable;
using System.Globalization;

namespace Rondo.Generator;

/// <summary>One thing that is wrong, not yet at a place.</summary>
internal sealed class Problem(DiagnosticDescriptor rule, params string[] arguments)
{
    /// <summary>The message with its code, as a failing test shows it.</summary>
    public string Text => string.Format(CultureInfo.InvariantCulture, rule.MessageFormat.ToString(CultureInfo.InvariantCulture), [.. arguments]) + " [" + rule.Id + "]";

    public Diagnostic At(Location? location) => Diagnostic.Create(rule, location ?? Location.None, [.. arguments]);
}

internal static class Diagnostics
{
    private static readonly List<DiagnosticDescriptor> s_all = [];

    private static readonly DiagnosticDescriptor s_missing = Error("RND1001", "Nothing provides this parameter",
        "{0} asks for '{1} {2}', but nothing visible there gives a '{1}'. Parameters come from cases, then from fixtures of exactly that type, then from the built-in values. {3}");
    private static readonly DiagnosticDescriptor s_ambiguous = Error("RND1002", "Several fixtures provide this parameter",
        "{0} asks for '{1} {2}', and these fixtures give it equally near: {3}. With several at the same level the parameter's name must be the fixture's name. Rename the parameter, or write [From(\"{4}\")] before it.");
    private static readonly DiagnosticDescriptor s_narrower = Error("RND1003", "A fixture asks for one that lives shorter",
        "Fixture '{0}' lives for one {1} but asks for '{2}', which lives for one {3}. A fixture may only ask for fixtures that live at least as long as itself. Widen '{2}' to {1}, or narrow '{0}' to {3}.");
    private static readonly DiagnosticDescriptor s_narrowerBuiltIn = Error("RND1003", "A fixture asks for one that lives shorter",
        "Fixture '{0}' lives for one {1} but asks for the built-in '{2}', which belongs to one Test. A fixture may only ask for what lives at least as long as itself. Narrow '{0}' to Test, or do without '{2}'.");
    private static readonly DiagnosticDescriptor s_cycle = Error("RND1004", "Fixtures ask for each other in a circle",
        "Setting up {0} needs itself: {1}. Fixtures must form a graph without circles. Remove one of these parameters, or move what they share into a fixture of its own.");
    private static readonly DiagnosticDescriptor s_loopNarrower = Error("RND1005", "The loop is narrower than its fixture",
        "Fixture '{0}' lives for one {1} but its loop for one {2}. A fixture's loop must live at least as long as the fixture. {3}.");
    private static readonly DiagnosticDescriptor s_asyncVoid = Error("RND1006", "A test is async void",
        "Test '{0}' is async void: nobody can wait for its end or see its exception. A test returns void without async, Task or ValueTask. Write 'async Task {0}'.");
    private static readonly DiagnosticDescriptor s_returns = Error("RND1007", "A test returns something else",
        "Test '{0}' returns '{1}'. A test returns void, Task or ValueTask; a value would be lost. Change the return type to '{2}'.");
    private static readonly DiagnosticDescriptor s_parameterKind = Error("RND1008", "A parameter cannot be handed over",
        "Parameter '{0}' of '{1}' is {2}. Values are handed over as objects, so a parameter is an ordinary one, by value, of a type that can be boxed. {3}");
    private static readonly DiagnosticDescriptor s_generic = Error("RND1009", "A test is generic",
        "{0} is generic, and nothing says for which type arguments it is to run. A generic test, or a class with tests, says so with [TypeCase(typeof(…))], a test also by its cases; fixtures are not generic. Write such a mark, make the class an abstract base and derive one class per type argument, or replace the type parameter.");
    private static readonly DiagnosticDescriptor s_hidden = Error("RND1010", "Generated code cannot reach this",
        "{0} is {1}, and generated code in the same assembly calls it. Tests, fixtures, their constructors and all classes around them are public or internal. Make it internal.");
    private static readonly DiagnosticDescriptor s_abstract = Error("RND1011", "A test is abstract",
        "Test '{0}' is abstract and has no body to run. A test has a body. Write [Test] on the overriding methods instead, or give '{0}' a body that calls an abstract method without [Test].");
    private static readonly DiagnosticDescriptor s_place = Error("RND1012", "A test stands where none can run",
        "'{0}' is marked [{1}] but is {2}. Tests and fixtures are ordinary methods of a class. Move it into a class.");
    private static readonly DiagnosticDescriptor s_constructor = Error("RND1013", "The test class cannot be constructed",
        "Class '{0}' {1}. A class with instance tests has exactly one public or internal constructor, whose parameters are fixtures, and no required members. {2}");
    private static readonly DiagnosticDescriptor s_caseCount = Error("RND1014", "A case has the wrong number of arguments",
        "This case gives {0} to {1}, which takes {2}. Arguments bind the first parameters, from left to right; the rest are fixtures. {3}");
    private static readonly DiagnosticDescriptor s_caseValue = Error("RND1015", "A case argument does not fit its parameter",
        "Argument {0} does not fit parameter '{1} {2}' of {3}: {4}. Constants are converted only where nothing is lost. Write a value of type '{1}'{5}.");
    private static readonly DiagnosticDescriptor s_rowsMember = Error("RND1016", "The data source is not usable",
        "[CasesFrom] of test '{0}' names '{1}', {2}. A data source is a static property or a static method without parameters that is public or internal. {3}");
    private static readonly DiagnosticDescriptor s_rowsElements = Error("RND1017", "The rows do not fit the test",
        "'{0}' gives rows of '{1}' to test '{2}': {3}. A row is a scalar (one parameter), a tuple or a CaseRow<…> whose parts fit the first parameters. Change the element type to fit, for instance to '{4}'.");
    private static readonly DiagnosticDescriptor s_casesTwice = Error("RND1018", "Cases come from two sides",
        "Test '{0}' has [Case] and [CasesFrom]. The cases of a test are written down or come from one data source. Move the constant rows into '{1}', or make two tests.");
    private static readonly DiagnosticDescriptor s_noTest = Error("RND1019", "A mark has no meaning here",
        "[{0}] on '{1}' has no meaning: {2}. {3}");
    private static readonly DiagnosticDescriptor s_testAndFixture = Error("RND1020", "A method is test and fixture",
        "'{0}' is marked [Test] and [Fixture]. A method is either run for its outcome or for its value. Remove one of the marks.");
    private static readonly DiagnosticDescriptor s_backend = Error("RND1021", "A mark has no meaning on this backend",
        "[{0}] on '{1}' has no meaning on LoopBackend.ThreadPool: {2}. It needs LoopBackend.SingleThread. Remove [{0}], or {3}.");
    private static readonly DiagnosticDescriptor s_fixtureShape = Error("RND1022", "A fixture has an unsupported signature",
        "Fixture '{0}' {1}. A fixture returns its value (T, Task<T> or ValueTask<T>) or uses it (Task F(Use<T> use, …) with exactly one Use, first). {2}");
    private static readonly DiagnosticDescriptor s_holder = Error("RND1023", "A fixture stands where nobody can see it",
        "Fixture '{0}' is {1}. Fixtures of a namespace are static methods of a static class; fixtures of one test class are methods of that class. {2}");
    private static readonly DiagnosticDescriptor s_instanceScope = Error("RND1024", "An instance fixture lives too long",
        "Fixture '{0}' is an instance method but lives for one {1}. An instance method runs on the test's own instance, which lives for one Test. Make '{0}' static, or narrow it to Test.");
    private static readonly DiagnosticDescriptor s_sameFixture = Error("RND1025", "Two fixtures have the same method name",
        "'{0}' declares two fixtures with the method name '{1}'. A fixture is known by its class and method. Rename one of them; the names in messages and [From] can be set with Name.");
    private static readonly DiagnosticDescriptor s_useNever = Error("RND1026", "A fixture never calls its use",
        "Fixture '{0}' never calls '{1}'. It must hand over its value exactly once, or its dependants wait for nothing. Write 'await {1}(value);'.");
    private static readonly DiagnosticDescriptor s_useTwice = Error("RND1027", "A fixture calls its use twice",
        "Fixture '{0}' calls '{1}' more than once. A fixture hands over its value exactly once. Keep one call; values that tests need side by side are fixtures of their own.");
    private static readonly DiagnosticDescriptor s_shortTimeout = Warning("RND1028", "A timeout is very short",
        "[Timeout({0})] is {0} milliseconds, below 100. The number is in milliseconds, 0 means no limit. {1}");
    private static readonly DiagnosticDescriptor s_asyncLocal = Warning("RND1029", "An AsyncLocal value is lost",
        "Fixture '{0}' sets the AsyncLocal '{1}' in an async method that returns its value; the runtime drops the change when the method ends, so no test sees it. Values set in a Use<T> or a synchronous fixture flow into the tests. Write 'Task {0}(Use<{2}> use, …)'.");
    private static readonly DiagnosticDescriptor s_topLevel = Error("RND1030", "Top-level statements hide the tests",
        "This project has top-level statements, which become its entry point in place of Rondo's: no test would run. A test program has no entry point of its own. Move the statements into a method, or set the property RondoEntryPoint to false and call 'RondoApplication.Run' yourself.");
    private static readonly DiagnosticDescriptor s_foreign = Error("RND1031", "An attribute of another test framework",
        "'{0}' is marked [{1}] of {2}, which Rondo does not run. Tests of Rondo are marked with attributes of namespace Rondo. Write [{3}] instead.");
    private static readonly DiagnosticDescriptor s_twoTests = Error("RND1032", "Two frameworks give this attribute",
        "'using {0};' beside the names of Rondo makes [{1}] ambiguous. A file uses the attributes of one test framework. Remove the line, or write 'using {1}Attribute = Rondo.{1}Attribute;' and keep {0} for its assertions.");
    private static readonly DiagnosticDescriptor s_foreignInterface = Error("RND1038", "An interface of another test framework",
        "Test class '{0}' implements {1} of {2}, which Rondo does not look at, so its tests would run without what it does for them. {3}, and remove the interface.");
    private static readonly DiagnosticDescriptor s_needsInstance = Error("RND1033", "There is no instance to ask",
        "{0} asks for '{1}', {2}. Instance fixtures run on the instance of an instance test, after its constructor. {3}");

    private static readonly DiagnosticDescriptor s_conditional = Error("RND1034", "A test is compiled only under a condition",
        "Test '{0}' is marked [Conditional], so the compiler leaves out the call of it where the symbol is not defined, and the test would pass without having run. Whether a test runs is decided by marks and options. Put the method between #if and #endif, or write [Skip] with the reason.");
    private static readonly DiagnosticDescriptor s_noTime = Error("RND1035", "Virtual time starts at no moment",
        "[VirtualTime(Start = \"{0}\")] is no moment. It is written as ISO 8601, a date with or without a time and an offset; without an offset it is UTC. Write for example \"2026-02-28\" or \"2026-02-28T23:59:00+01:00\".");
    private static readonly DiagnosticDescriptor s_window = Error("RND1036", "A window is out of range",
        "[Cooperative(Window = {0})] is out of range. The window says how many tests may run at once in a worker, from 1 (none beside another) to {1}. Write a number of that range, or leave Window out for 256.");
    private static readonly DiagnosticDescriptor s_lock = Error("RND1060", "A lock without a resource",
        "This [ResourceLock] {0}. A lock is a key of at least one character that is not blank, and ResourceMode.Read or ResourceMode.Write. Write for example [ResourceLock(\"orders-db\", ResourceMode.Read)].");
    private static readonly DiagnosticDescriptor s_serialAndCooperative = Error("RND1037", "Marks contradict each other",
        "'{0}' is marked [Serial] and [Cooperative]. A serial test runs alone in the whole run; a cooperative one runs beside others. Remove one of the marks.");

    private static readonly DiagnosticDescriptor s_matrix = Error("RND1039", "A matrix of backends is none",
        "[LoopMatrix] on '{0}' {1}. A matrix runs a test once on each of several backends. Write two or more, each once, as in [LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)]; for one alone write [Loop(Backend = …)].");
    private static readonly DiagnosticDescriptor s_matrixBesideBackend = Error("RND1040", "One backend and several",
        "'{0}' has [LoopMatrix] and [Loop({1} = …)]. A declaration says either where its tests run, or on which backends each of them runs. Remove {1} from [Loop], or remove [LoopMatrix].");
    private static readonly DiagnosticDescriptor s_noBudget = Error("RND1041", "An exploration without a budget",
        "[Explore({0} = {1})] leaves nothing to run. A budget is 1 or more: Schedules counts schedules, TimeMs milliseconds of real time. Write a number above zero, or leave it out for the default.");
    private static readonly DiagnosticDescriptor s_exploredOnSharedLoop = Error("RND1042", "An explored test has no loop of its own",
        "[Explore] on '{0}' meets [Loop(LoopScope.{1})]. An explored test runs in each schedule on a new loop of its own, so it cannot share one. Write [Loop(LoopScope.Test)] beside [Explore], or remove [Explore].");
    private static readonly DiagnosticDescriptor s_onDispatcher = Error("RND1045", "A mark has no meaning on a dispatcher",
        "[{0}] on '{1}' has no meaning with [Loop(Dispatcher = …)]: {2}. Remove [{0}], or run the test on the worker's own pump.");
    private static readonly DiagnosticDescriptor s_dispatcherType = Error("RND1046", "A dispatcher cannot be made",
        "[Loop(Dispatcher = typeof({0}))] cannot be used: '{0}' {1}. A dispatcher is a class that derives from Rondo.Loops.LoopDispatcher, not abstract or generic, with a public or internal constructor without parameters. Write such a class and name it here.");
    private static readonly DiagnosticDescriptor s_dispatcherAndPool = Error("RND1047", "Two places to run at once",
        "This [Loop] names the dispatcher '{0}' and LoopBackend.ThreadPool. Code runs on a dispatcher's one thread or on the thread pool. Remove one of the two.");

    private static readonly DiagnosticDescriptor s_valuesBesideCases = Error("RND1065", "Values come from two sides",
        "Test '{0}' has [{1}], and its parameter '{2}' has [Values]. The arguments of a test come all from one side: from [Case], from [CasesFrom], or from [Values]. Write each combination as a [Case], give the rows of [CasesFrom] the value of '{2}' too, or write [Values] on every parameter that is no fixture.");
    private static readonly DiagnosticDescriptor s_noValues = Error("RND1066", "Values without values",
        "[Values] on parameter '{0}' of '{1}' lists nothing, and '{2}' is no type whose values can all be named. An empty [Values] means all values of a bool or an enum. Write the values: [Values(…)].");
    private static readonly DiagnosticDescriptor s_valuesWithoutTest = Error("RND1067", "Values have no meaning here",
        "[Values] on parameter '{0}' has no meaning: {1} is no test. [Values] multiplies a test by the values of its parameter. {2}");
    private static readonly DiagnosticDescriptor s_combinations = Error("RND1068", "Too many combinations of values",
        "Test '{0}' has {1} combinations of values, more than {2}. A test runs once with each combination of the values of its parameters. Give the parameters fewer values, or take chosen combinations from a member with [CasesFrom].");
    private static readonly DiagnosticDescriptor s_import = Error("RND1069", "Fixtures come from a class that gives none",
        "[assembly: FixturesFrom(typeof({0}))] names '{0}', {1}. Fixtures come from a public static class, not generic, with public fixtures. Name such a class, or make this one public and static.");
    private static readonly DiagnosticDescriptor s_emptyFixtureCase = Error("RND1070", "A fixture's case gives nothing",
        "[Case] on fixture '{0}' gives no arguments. The cases of a fixture are what its values differ by, and bind its first parameters behind Use<T>. Write [Case(…)] with a value and a parameter that takes it, or remove the mark.");

    private static readonly DiagnosticDescriptor s_notInferred = Error("RND1071", "A case does not say which types are meant",
        "Test '{0}' is generic, and the type parameters {1} do not follow from this case. Without [TypeCase] they are read from the types of the constants, where a parameter is a T, a T[], a T? or a list of T; a null says nothing. Write [TypeCase(typeof(…))] on '{0}'.");
    private static readonly DiagnosticDescriptor s_typeCase = Error("RND1072", "Type arguments do not fit",
        "The type arguments ({0}) cannot be used: {1}. [TypeCase] gives a generic test or class with tests as many types as it has type parameters, each once, and as their constraints want them. Correct the types, or remove the mark.");

    private static readonly DiagnosticDescriptor s_condition = Error("RND1050", "A condition cannot be asked",
        "[SkipUnless] asks '{0}', {1}. A condition is a static bool: a property, a field or a method without parameters, public or internal. {2}");
    private static readonly DiagnosticDescriptor s_times = Error("RND1051", "A number of times is out of range",
        "[{0}({1})] is out of range. {2} Write a number from {3} to {4}{5}.");
    private static readonly DiagnosticDescriptor s_retryBeside = Error("RND1052", "A retry means nothing beside this mark",
        "'{0}' is marked [Retry] and [{1}]. {2} Remove one of the marks.");
    private static readonly DiagnosticDescriptor s_placeholder = Error("RND1053", "A display name has a bad placeholder",
        "In [DisplayName] of '{0}' the placeholder '{1}' {2}. A placeholder is the number or the name of a parameter that cases give, in braces; a brace that is only text is written twice. {3}");

    private static readonly DiagnosticDescriptor s_notCarried = Error("RND1080", "The value of a fixture of the whole run cannot be carried",
        "Fixture '{0}' lives for the whole Run, but its value '{1}' cannot be carried to the workers: {2}. A value that crosses processes is made of primitives, strings, enums, Guid, Uri, dates and times, byte[], arrays, lists and dictionaries by string of these, and records of these. Give what a worker needs to make its own (an address, a path), or narrow '{0}' to Worker.");
    private static readonly DiagnosticDescriptor s_notShared = Error("RND1081", "Shared = false on a fixture of another scope",
        "Fixture '{0}' has Shared = false but lives for one {1}. Shared = false lets the tests of a class be spread over workers, so it is said of fixtures that live for one Class. Remove it.");

    private static readonly DiagnosticDescriptor s_realClock = Warning("RND1043", "A virtual-time test uses a fixture with a real clock",
        "{0} runs in virtual time but uses fixture '{1}', which lives for one {2} and took a TimeProvider: that one is real time. Only fixtures of scope Test share the time of their test. Narrow '{1}' to Test, or hand the test's own TimeProvider to the code under test.");

    private static readonly DiagnosticDescriptor s_blockingWait = Warning("RND1100", "An asynchronous test blocks on a task",
        "'{0}' blocks the loop of {1} '{2}' until another task has ended, and what that one needs may wait for the same loop. Asynchronous code awaits. Write '{3}', or make the {1} synchronous.");
    private static readonly DiagnosticDescriptor s_sleeps = Warning("RND1101", "A test sleeps",
        "{0} '{1}' calls Thread.Sleep, which stops all that shares its thread and waits too long on most days and too short on one. A test waits for the thing itself. Await it, wait for it with a limit, or write 'await Task.Delay(…)' with the test's token or its TimeProvider.");
    private static readonly DiagnosticDescriptor s_forgottenTask = Warning("RND1102", "Nobody awaits a task",
        "The task of '{0}' is dropped in {1} '{2}': nobody waits for its end or sees its exception. Asynchronous work belongs to whoever awaits it. Make the method 'async Task' and await it, or write '_ = …' if it may be lost.");
    private static readonly DiagnosticDescriptor s_asyncVoidInside = Warning("RND1103", "Async void in a test",
        "{0} in {1} '{2}' is async void{3}: nobody can wait for its end, and its exception reaches no caller. Asynchronous code returns a task. {4}");
    private static readonly DiagnosticDescriptor s_realTime = Warning("RND1104", "The machine's time under virtual time",
        "'{0}' means the machine's time, but test '{1}' runs in virtual time, which jumps from timer to timer. Under [VirtualTime] all times come from one clock. Take a parameter 'TimeProvider time' and write '{2}'.");
    private static readonly DiagnosticDescriptor s_sharedStatic = Warning("RND1105", "Tests that overlap write a static",
        "Test '{0}' writes the static {1} '{2}' and is [Cooperative]: at any await another test of this process may read it or write it. Tests that overlap share only what does not change. Keep the value in the test or in a fixture, or mark the test [Serial].");

    /// <summary>All rules, for the analyzers' lists.</summary>
    private static readonly DiagnosticDescriptor s_asyncPart = Error("RND1075", "A synchronous part is async",
        "Subtests.Run is given an async {0}, which nobody can wait for: the part would end at its first await, and what it throws would not fail it. Run takes synchronous code. Write 'await {1}.RunAsync(…)'.");
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [.. s_all];

    public static Problem Missing(string who, string type, string parameter, string advice) => new(s_missing, who, type, parameter, advice);

    public static Problem Ambiguous(string who, string type, string parameter, string candidates, string first) => new(s_ambiguous, who, type, parameter, candidates, first);

    public static Problem Narrower(string fixture, string scope, string needed, string neededScope) => new(s_narrower, fixture, scope, needed, neededScope);

    public static Problem NarrowerBuiltIn(string fixture, string scope, string builtIn) => new(s_narrowerBuiltIn, fixture, scope, builtIn);

    public static Problem Cycle(string who, string path) => new(s_cycle, who, path);

    public static Problem LoopNarrower(string fixture, string scope, string loop) => new(s_loopNarrower, fixture, scope, loop, scope == "Run" ? "Leave the scope of the loop out" : $"Write [Loop(LoopScope.{scope})] or leave the mark out");

    public static Problem Conditional(string test) => new(s_conditional, test);

    public static Problem AsyncVoid(string test) => new(s_asyncVoid, test);

    public static Problem Returns(string test, string type, string better) => new(s_returns, test, type, better);

    public static Problem ByReference(string parameter, string method, string kind) =>
        new(s_parameterKind, parameter, method, "passed by '" + kind + "'", "Remove '" + kind + "'.");

    public static Problem RefStruct(string parameter, string method, string type, string better) =>
        new(s_parameterKind, parameter, method, "of type '" + type + "', which cannot be boxed", "Use " + better + ".");

    public static Problem Generic(string what) => new(s_generic, what);

    public static Problem Hidden(string what, string accessibility) => new(s_hidden, what, accessibility);

    public static Problem Abstract(string test) => new(s_abstract, test);

    public static Problem WrongPlace(string method, string mark, string what) => new(s_place, method, mark, what);

    public static Problem Constructor(string type, string what, string advice) => new(s_constructor, type, what, advice);

    public static Problem CaseCount(string given, string who, string takes, string advice) => new(s_caseCount, given, who, takes, advice);

    public static Problem CaseValue(string value, string type, string parameter, string who, string why, bool mayHaveRows) =>
        new(s_caseValue, value, type, parameter, who, why, mayHaveRows ? ", or take the rows from a member with [CasesFrom]" : "");

    public static Problem RowsMember(string test, string member, string what, string advice) => new(s_rowsMember, test, member, what, advice);

    public static Problem RowsElements(string member, string element, string test, string what, string better) => new(s_rowsElements, member, element, test, what, better);

    public static Problem CasesTwice(string test, string member) => new(s_casesTwice, test, member);

    public static Problem MarkWithoutTest(string mark, string method) =>
        new(s_noTest, mark, method, "the method is not a test", "Write [Test] as well, or remove [" + mark + "].");

    public static Problem MarkOnFixture(string mark, string method, string advice) => new(s_noTest, mark, method, "the method is a fixture", advice);

    public static Problem TestAndFixture(string method) => new(s_testAndFixture, method);

    public static Problem MarkOnSynchronousTest(string mark, string method) =>
        new(s_noTest, mark, method, "a synchronous test runs on no loop", "Write 'async Task " + method + "', or remove [" + mark + "].");

    public static Problem MarkOnThreadPool(string mark, string on, string why, bool isMatrix) =>
        new(s_backend, mark, on, why, isMatrix ? "take LoopBackend.ThreadPool out of [LoopMatrix]" : "remove Backend = LoopBackend.ThreadPool from [Loop]");

    public static Problem Matrix(string on, string what) => new(s_matrix, on, what);

    public static Problem MatrixBesideBackend(string on, string property) => new(s_matrixBesideBackend, on, property);

    public static Problem NoBudget(string property, int number) => new(s_noBudget, property, number.ToString(CultureInfo.InvariantCulture));

    public static Problem ExploredOnSharedLoop(string on, string scope) => new(s_exploredOnSharedLoop, on, scope);

    public static Problem MarkOnDispatcher(string mark, string on, string why) => new(s_onDispatcher, mark, on, why);

    public static Problem DispatcherType(string type, string why) => new(s_dispatcherType, type, why);

    public static Problem DispatcherAndPool(string type) => new(s_dispatcherAndPool, type);

    public static Problem WindowOutOfRange(int window, int largest) => new(s_window, window.ToString(System.Globalization.CultureInfo.InvariantCulture), largest.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static Problem Lock(string what) => new(s_lock, what);

    public static Problem SerialAndCooperative(string on) => new(s_serialAndCooperative, on);

    public static Problem NotCarried(string fixture, string type, string why) => new(s_notCarried, fixture, type, why);

    public static Problem NotShared(string fixture, string scope) => new(s_notShared, fixture, scope);

    public static Problem RealClock(string who, string fixture, string scope) => new(s_realClock, who, fixture, scope);

    public static Problem ValuesBesideCases(string test, string parameter, string mark) => new(s_valuesBesideCases, test, mark, parameter);

    public static Problem NoValues(string parameter, string test, string type) => new(s_noValues, parameter, test, type);

    public static Problem ValuesWithoutTest(string parameter, string who, string advice) => new(s_valuesWithoutTest, parameter, who, advice);

    public static Problem TooManyCombinations(string test, string product, int most) => new(s_combinations, test, product, most.ToString(CultureInfo.InvariantCulture));

    public static Problem Import(string type, string why) => new(s_import, type, why);

    public static Problem NotInferred(string test, string parameters) => new(s_notInferred, test, parameters);

    public static Problem TypeCase(string types, string why) => new(s_typeCase, types, why);

    public static Problem EmptyFixtureCase(string fixture) => new(s_emptyFixtureCase, fixture);

    public static Problem Condition(string member, string what, string advice) => new(s_condition, member, what, advice);

    public static Problem Retries(int times) => OutOfRange("Retry", times, "It says how many extra attempts a failed test gets.", "0", Reading.MarkReader.MostRetries, "; 0 takes back a wider mark");

    public static Problem Repetitions(int times) => OutOfRange("Repeat", times, "It says how many cases are made of one.", "1", Reading.MarkReader.MostRepetitions, ", or [Skip] with the reason to run none");

    public static Problem RetryBeside(string mark, string on, string why) => new(s_retryBeside, on, mark, why);

    public static Problem Placeholder(string test, string placeholder, string what, string possible) => new(s_placeholder, test, placeholder, what, possible);

    private static Problem OutOfRange(string mark, int times, string meaning, string least, int most, string more) =>
        new(s_times, mark, times.ToString(CultureInfo.InvariantCulture), meaning, least, most.ToString(CultureInfo.InvariantCulture), more);

    public static Problem NoTime(string text) => new(s_noTime, text);

    public static Problem FixtureShape(string fixture, string what, string advice) => new(s_fixtureShape, fixture, what, advice);

    public static Problem Holder(string fixture, string what, string advice) => new(s_holder, fixture, what, advice);

    public static Problem InstanceScope(string fixture, string scope) => new(s_instanceScope, fixture, scope);

    public static Problem SameFixture(string holder, string method) => new(s_sameFixture, holder, method);

    public static Problem UseNever(string fixture, string use) => new(s_useNever, fixture, use);

    public static Problem UseTwice(string fixture, string use) => new(s_useTwice, fixture, use);

    public static Problem ShortTimeout(int milliseconds) => new(
        s_shortTimeout, milliseconds.ToString(CultureInfo.InvariantCulture), milliseconds < 0 ? "Write [Timeout(0)] for no limit." : $"If {milliseconds} seconds were meant, write [Timeout({milliseconds}000)].");

    public static Problem AsyncLocalLost(string fixture, string local, string type) => new(s_asyncLocal, fixture, local, type);

    public static Problem AsyncPart(string what, string subtests) => new(s_asyncPart, what, subtests);

    public static Problem TopLevelStatements() => new(s_topLevel);

    public static Problem Foreign(string method, string mark, string framework, string better) => new(s_foreign, method, mark, framework, better);

    public static Problem ForeignInterface(string type, string contract, string framework, string better) => new(s_foreignInterface, type, contract, framework, better);

    public static Problem TwoFrameworks(string space, string mark) => new(s_twoTests, space, mark);

    public static Problem StaticNeedsInstance(string test, string fixture) =>
        new(s_needsInstance, "Static test '" + test + "'", fixture, "an instance fixture", "Make the test an instance method, or the fixture static.");

    public static Problem ConstructorNeedsInstance(string type, string path) =>
        new(s_needsInstance, "The constructor of '" + type + "'", path, "an instance fixture of the class it constructs", "Make the fixture static, or ask for it in the tests.");

    public static Problem BlockingWait(string what, string kind, string method, string instead) => new(s_blockingWait, what, kind, method, instead);

    public static Problem Sleeps(string kind, string method) => new(s_sleeps, kind == "test" ? "Test" : "Fixture", method);

    public static Problem ForgottenTask(string call, string kind, string method) => new(s_forgottenTask, call, kind, method);

    /// <param name="what">With a capital letter.</param>
    /// <param name="kind">test or fixture.</param>
    /// <param name="method">Its name.</param>
    /// <param name="target">The delegate that it becomes; null for a local function.</param>
    public static Problem AsyncVoidInside(string what, string kind, string method, string? target) => target is null
        ? new(s_asyncVoidInside, what, kind, method, "", "Write 'async Task' and await the call.")
        : new(s_asyncVoidInside, what, kind, method, ", because it is handed over as '" + target + "'", "Call something that takes a 'Func<Task>', or make the lambda synchronous.");

    public static Problem RealTime(string what, string test, string instead) => new(s_realTime, what, test, instead);

    public static Problem SharedStatic(string test, string kind, string member) => new(s_sharedStatic, test, kind, member);

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        Rule(id, title, message, DiagnosticSeverity.Error, WellKnownDiagnosticTags.NotConfigurable);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Rule(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Rule(string id, string title, string message, DiagnosticSeverity severity, params string[] tags)
    {
        var rule = new DiagnosticDescriptor(id, title, message, "Rondo", severity, isEnabledByDefault: true, helpLinkUri: "docs/errors/" + id + ".md", customTags: tags);
        s_all.Add(rule);
        return rule;
    }
}
