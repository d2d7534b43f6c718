namespace Rondo.Engine.Report;
internal static class TimelinePage
{
    public static void WriteFile(string path, string log, Action<string> say) { }
    public static void Remove(string file) { }
}
