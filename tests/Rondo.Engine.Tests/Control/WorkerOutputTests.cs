using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;

namespace Rondo.Engine.Tests.Control;

[TestClass]
public sealed class WorkerOutputTests
{
    [TestMethod]
    public void What_was_read_before_a_moment_is_taken_and_the_rest_stays()
    {
        var output = new WorkerOutput(TimeProvider.System);
        output.Add(isError: false, 10, "one "u8);
        output.Add(isError: true, 11, "oops"u8);
        output.Add(isError: false, 20, "two"u8);

        var first = output.Take(0, 15);
        var second = output.Take(0, long.MaxValue);

        Assert.AreEqual(("one ", "oops"), first);
        Assert.AreEqual(("two", ""), second);
        Assert.AreEqual(("", ""), output.Take(0, long.MaxValue));
    }

    [TestMethod]
    public void A_character_that_comes_in_two_pieces_is_one()
    {
        var output = new WorkerOutput(TimeProvider.System);
        var bytes = Encoding.UTF8.GetBytes("ß");
        output.Add(isError: false, 1, bytes.AsSpan(0, 1));
        output.Add(isError: false, 2, bytes.AsSpan(1));

        Assert.AreEqual("ß", output.Take(0, long.MaxValue).Output);
    }

    [TestMethod]
    public void What_nobody_takes_is_bounded_and_what_comes_later_is_kept_in_the_tail()
    {
        var output = new WorkerOutput(TimeProvider.System);
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'x');
        for (var i = 0; i < 100; i++) output.Add(isError: false, i, piece);
        output.Add(isError: false, 101, "last words"u8);

        var taken = output.Take(0, long.MaxValue).Output;
        Assert.IsInRange(1, 1024 * 1024, taken.Length);
        Assert.EndsWith("more was written past the console than is kept …\n", taken);
        Assert.EndsWith("last words", output.Out.ToString());
        output.Add(isError: false, 102, "again"u8);
        Assert.AreEqual("again", output.Take(0, long.MaxValue).Output);
    }

    [TestMethod]
    public void Who_waits_for_it_is_told_once_until_it_was_taken()
    {
        var told = 0;
        var output = new WorkerOutput(TimeProvider.System) { Heard = () => told++ };
        output.Add(isError: false, 1, "a"u8);
        output.Add(isError: false, 2, "b"u8);
        output.Take(0, long.MaxValue);
        output.Add(isError: false, 3, "c"u8);

        Assert.AreEqual(2, told);
    }

    [TestMethod]
    public void What_was_read_before_is_nobodys_and_stays_in_the_tail()
    {
        var output = new WorkerOutput(TimeProvider.System);
        output.Add(isError: false, 10, "before "u8);
        output.Add(isError: false, 20, "mine"u8);

        Assert.AreEqual("mine", output.Take(15, 25).Output);
        Assert.StartsWith("before ", output.Out.ToString());
    }

    [TestMethod]
    public void What_is_shown_live_stays_for_the_case_it_belongs_to()
    {
        var output = new WorkerOutput(TimeProvider.System) { IsLive = true };
        var bytes = Encoding.UTF8.GetBytes("ß\n");
        output.Add(isError: false, 10, "one "u8);
        output.Add(isError: true, 11, "oops"u8);
        output.Add(isError: false, 12, bytes.AsSpan(0, 1));

        var first = output.TakeLive();
        output.Add(isError: false, 13, bytes.AsSpan(1));
        var second = output.TakeLive();

        CollectionAssert.AreEqual(new[] { (false, "one "), (true, "oops"), (false, "") }, first.ToArray());
        Assert.AreEqual((false, "ß\n"), Assert.ContainsSingle(second));
        Assert.AreEqual(("one ß\n", "oops"), output.Take(0, long.MaxValue));
    }

    [TestMethod]
    public void Of_a_live_flood_that_nobody_takes_the_newest_is_left_out_and_counted()
    {
        var output = new WorkerOutput(TimeProvider.System) { IsLive = true };
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'x');
        for (var i = 0; i < 100; i++) output.Add(isError: false, i, piece);

        var taken = output.TakeLive();

        Assert.AreEqual(1024 * 1024, taken.Where(t => !t.IsError).Sum(t => t.Text.Length));
        Assert.Contains("5505024 bytes", taken[^1].Text);
        Assert.IsEmpty(output.TakeLive());
    }
}
