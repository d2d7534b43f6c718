using Rondo;

namespace Generics;

[TypeCase(typeof(int)), TypeCase(typeof(List<string>))]
public sealed class Boxes<T>
{
    [Fixture] public T[] Two() => new T[2];

    [Test] public void Holds(T[] two) => Expect.Equal(2, two.Length);

    [Test, Case("x")] public void Names(string text) => Expect.True(text == "x" && typeof(T).Name is "Int32" or "List`1", typeof(T).Name);
}

public sealed class Methods
{
    [Test, Case(1), Case("one"), Case(2)] public void By_cases<T>(T value) => Expect.True(value is int or string, typeof(T).Name);

    [Test, TypeCase(typeof(long)), TypeCase(typeof(decimal)), Case(5)] public async Task By_marks<T>(T value) where T : struct
    {
        await Task.Yield();
        Expect.Equal(typeof(T), value.GetType());
    }

    [Test, TypeCase(typeof(string), typeof(int))] public static void Two_of_them<TKey, TValue>() where TKey : class where TValue : struct => Expect.True(typeof(TKey) != typeof(TValue), "types");
}
