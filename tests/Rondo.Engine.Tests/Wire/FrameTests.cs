using System.Buffers.Binary;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

[TestClass]
public sealed class FrameTests
{
    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Every_kind_of_message_comes_back_as_it_was()
    {
        var any = new AnyValue(NewSeed());

        foreach (var kind in AnyValue.MessageKinds)
        {
            for (var i = 0; i < 200; i++)
            {
                var message = any.Message(kind);
                var back = FrameCodec.Decode(FrameCodec.Encode(message));
                Assert.AreEqual(AnyValue.Describe(message), AnyValue.Describe(back));
            }
        }
    }

    [TestMethod]
    public void Messages_keep_their_order_however_the_stream_is_chopped()
    {
        var any = new AnyValue(NewSeed());
        var sent = Enumerable.Range(0, 300).Select(_ => any.Message()).ToList();
        var bytes = Framed([.. sent]);

        var reader = new FrameReader(new ChoppedStream(bytes, any));
        var received = new List<Message>();
        while (reader.Read() is { } message) received.Add(message);

        Assert.AreEqual(AnyValue.Describe(sent), AnyValue.Describe(received));
    }

    [TestMethod]
    public void Reading_in_lots_gives_the_same()
    {
        var any = new AnyValue(NewSeed());
        var sent = Enumerable.Range(0, 100).Select(_ => any.Message()).ToList();

        var reader = new FrameReader(new ChoppedStream(Framed([.. sent]), any));
        var received = new List<Message>();
        while (reader.ReadLot() is { } lot) received.AddRange(lot);

        Assert.AreEqual(AnyValue.Describe(sent), AnyValue.Describe(received));
    }

    [TestMethod]
    public void A_fault_behind_whole_messages_does_not_take_them_along()
    {
        var reader = new FrameReader(new MemoryStream([.. Framed(new Message.Note("one"), new Message.Note("two")), 3, 0, 0, 0, (byte)'n', (byte)'o', (byte)'t']));

        var lot = reader.ReadLot();

        Assert.AreSequenceEqual(new Message[] { new Message.Note("one"), new Message.Note("two") }, lot!);
        Assert.ThrowsExactly<WireException>(() => reader.ReadLot());
        Assert.ThrowsExactly<WireException>(() => reader.ReadLot());
    }

    [TestMethod]
    public void A_stream_cut_at_any_byte_gives_the_whole_messages_and_then_says_that_it_was_cut()
    {
        var bytes = Framed(new Message.Note("one"), new Message.Finish());
        var firstEnd = Framed(new Message.Note("one")).Length;

        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new FrameReader(new MemoryStream(bytes, 0, cut));
            if (cut >= firstEnd) Assert.AreEqual(new Message.Note("one"), reader.Read());
            if (cut == bytes.Length) Assert.AreEqual(new Message.Finish(), reader.Read());
            if (cut == 0 || cut == firstEnd || cut == bytes.Length) Assert.IsNull(reader.Read());
            else Assert.AreEqual(WireFault.Cut, Assert.ThrowsExactly<WireException>(() => reader.Read()).Fault);
        }
    }

    [TestMethod]
    public void Garbage_never_throws_anything_else_never_hangs_and_takes_no_memory()
    {
        var seed = NewSeed();
        var any = new AnyValue(seed);
        var random = new Random(seed);
        var valid = Enumerable.Range(0, 50).Select(_ => Framed(any.Message(), any.Message())).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100_000; i++)
        {
            var bytes = Damage(valid[random.Next(valid.Length)], random);
            var reader = new FrameReader(new MemoryStream(bytes));
            try
            {
                for (var count = 0; reader.Read() is not null; count++) Assert.IsLessThan(1000, count);
            }
            catch (WireException)
            {
            }
        }

        // 16 KiB for a reader's own buffer, the exception and the messages; a length that was believed would cost megabytes each.
        Assert.IsLessThan(100_000L * 128 * 1024, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_length_above_the_limit_is_refused_before_anything_is_read()
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, FrameReader.MaxFrame + 1);

        var error = Assert.ThrowsExactly<WireException>(() => new FrameReader(new MemoryStream(bytes)).Read());

        Assert.AreEqual(WireFault.TooLarge, error.Fault);
        Assert.Contains("[RND4002]", error.Message);
        Assert.Contains((FrameReader.MaxFrame + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message);
    }

    [TestMethod]
    public void A_length_that_is_never_delivered_costs_no_memory()
    {
        var bytes = new byte[100];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, FrameReader.MaxFrame);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsExactly<WireException>(() => new FrameReader(new MemoryStream(bytes)).Read());

        Assert.IsLessThan(1024 * 1024, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Broken_text_arrives_as_replacement_characters()
    {
        var text = "a\ud800b\udc00c\0d\u001b";

        var back = (Message.Note)FrameCodec.Decode(FrameCodec.Encode(new Message.Note(text)));

        Assert.AreEqual("a\ufffdb\ufffdc\0d\u001b", back.Text);
    }

    [TestMethod]
    public void A_huge_output_loses_its_middle_and_says_how_much()
    {
        var output = "HEAD" + new string('x', 30_000_000) + "TAIL";
        var result = new CaseResult(new CaseIndex(1), Outcome.Passed.Instance) { Output = output, ErrorOutput = new string('\u0001', 20_000_000) };

        var bytes = Framed(new Message.Finished(result));
        var back = ((Message.Finished)new FrameReader(new MemoryStream(bytes)).Read()!).Result;

        Assert.IsLessThan(FrameCodec.WantedLength, bytes.Length);
        Assert.StartsWith("HEADx", back.Output);
        Assert.EndsWith("xTAIL", back.Output);
        Assert.Contains("characters were cut here", back.Output);
    }

    [TestMethod]
    public void A_result_with_a_million_notes_and_failures_fits()
    {
        var failure = new Failure("T", "m", null) { Others = [.. Enumerable.Range(0, 300_000).Select(i => new Failure("T" + i, new string('y', 50), null))] };
        var result = new CaseResult(new CaseIndex(1), new Outcome.Failed(failure)) { Notes = [.. Enumerable.Repeat("a note of some length", 1_000_000)] };

        var bytes = Framed(new Message.Finished(result));
        var back = ((Message.Finished)new FrameReader(new MemoryStream(bytes)).Read()!).Result;

        Assert.IsLessThan(FrameCodec.WantedLength, bytes.Length);
        Assert.Contains("notes of this case were cut", back.Notes[^1]);
        Assert.AreEqual("Cut", back.Outcome.FailureOrNull!.Others[^1].Type);
    }

    [TestMethod]
    public void Failures_nested_deeper_than_the_format_are_flattened_and_none_is_lost()
    {
        var failure = new Failure("F0", "", null);
        for (var i = 1; i < 200; i++) failure = new Failure("F" + i, "", null) { Others = [failure] };

        var back = (Message.TeardownFailed)FrameCodec.Decode(FrameCodec.Encode(new Message.TeardownFailed("f", failure)));

        Assert.AreEqual(200, Count(back.Failure));

        static int Count(Failure failure) => 1 + failure.Others.Sum(Count);
    }

    [TestMethod]
    public void A_plan_of_a_million_cases_travels_whole()
    {
        var plan = new Message.PlanCases("hash", 2, [.. Enumerable.Range(0, 1_000_000).Select(i => new PlanEntry(i / 1000, i % 1000, i, null, null))]);

        var reader = new FrameReader(new MemoryStream(Framed(plan, new Message.Finish())));
        var back = (Message.PlanCases)reader.Read()!;

        Assert.HasCount(1_000_000, back.Entries);
        Assert.AreEqual(plan.Entries[^1], back.Entries[^1]);
        Assert.AreEqual(new Message.Finish(), reader.Read());
    }

    [TestMethod]
    public void An_unknown_kind_and_unknown_properties_are_no_error()
    {
        var strange = FrameCodec.Decode(Encoding.UTF8.GetBytes("""{"kind":"Teleport","to":[1,{"a":2}]}"""));
        var newer = FrameCodec.Decode(Encoding.UTF8.GetBytes("""{"colour":{"red":1},"kind":"Note","text":"hi","more":[]}"""));
        var older = FrameCodec.Decode(Encoding.UTF8.GetBytes("""{"kind":"Welcome","runId":"r"}"""));

        Assert.AreEqual(new Message.Unknown("Teleport"), strange);
        Assert.AreEqual(new Message.Note("hi"), newer);
        Assert.AreEqual(600_000, ((Message.Welcome)older).Options.TestTimeoutMs);
    }

    [TestMethod]
    public void Several_threads_may_write_to_one_writer()
    {
        var stream = new MemoryStream();
        var writer = new FrameWriter(stream);

        Parallel.For(0, 8, new ParallelOptions { CancellationToken = TestContext.CancellationToken }, thread =>
        {
            for (var i = 0; i < 500; i++)
            {
                writer.Write(new Message.Working(i, WorkPhase.Body, "", thread));
                if (i % 7 == 0) writer.Flush();
            }

            writer.Flush();
        });

        stream.Position = 0;
        var reader = new FrameReader(stream);
        var next = new int[8];
        while (reader.Read() is Message.Working message) Assert.AreEqual(next[message.LimitMs]++, message.Case);
        Assert.IsTrue(next.All(n => n == 500));
    }

    private int NewSeed()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        return seed;
    }

    private static byte[] Framed(params Message[] messages)
    {
        var stream = new MemoryStream();
        var writer = new FrameWriter(stream);
        foreach (var message in messages) writer.Write(message);
        writer.Flush();
        return stream.ToArray();
    }

    private static byte[] Damage(byte[] valid, Random random)
    {
        var bytes = (byte[])valid.Clone();
        switch (random.Next(5))
        {
            case 0:
                random.NextBytes(bytes);
                break;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                for (var i = random.Next(1, 8); i > 0; i--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            default:
                // A right length over wrong content reaches the decoder more often than chance would.
                random.NextBytes(bytes.AsSpan(4));
                BinaryPrimitives.WriteInt32LittleEndian(bytes, random.Next(bytes.Length));
                break;
        }

        return bytes;
    }

    private sealed class ChoppedStream(byte[] bytes, AnyValue any) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + any.Next(40))]);
    }
}
