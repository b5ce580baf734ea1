using System.Diagnostics;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO.Fuzz;

/// <summary>
/// Reads files made from fixed seeds. Each must be read, or refused with <see cref="TensorFormatException"/>; either way with no
/// more memory than its size bears out, and in a time that is no hang. What was read is looked at, to its last element.
/// </summary>
internal static class FuzzRun
{
    private const long SpareBytes = 64 << 20;
    private const int BytesPerByte = 1100;

    // Far more than any case takes on a busy machine, and far less than what an endless one takes.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <param name="cases">How many seeds.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="write">Writes a case into a directory and gives the path to read.</param>
    /// <param name="read">Reads it.</param>
    public static void Check(int cases, int first, Func<Random, TemporaryDirectory, string> write, Func<string, IEnumerable<Tensor>> read)
    {
        using var directory = new TemporaryDirectory();
        int accepted = 0, refused = 0;
        long most = 0, slowest = 0;
        for (int seed = first; seed < first + cases; seed++)
        {
            string path = write(new Random(seed), directory);
            long size = Directory.EnumerateFiles(directory.Path).Sum(file => new FileInfo(file).Length);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            string? outcome = null;
            try
            {
                foreach (var tensor in read(path)) Look(tensor);
                accepted++;
            }
            catch (TensorFormatException e)
            {
                outcome = e.Message;
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, {size} bytes: {e}");
            }
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            var time = Stopwatch.GetElapsedTime(start);
            Assert.True(bytes <= SpareBytes + BytesPerByte * size, $"Seed {seed}: {size} bytes of file took {bytes} bytes of memory ({outcome}).");
            Assert.True(time < Hang, $"Seed {seed}: {size} bytes of file took {time} ({outcome}).");
            // Files that are written over are flushed to the disk by some systems; those that are gone are not.
            foreach (string file in Directory.EnumerateFiles(directory.Path)) File.Delete(file);
            (most, slowest) = (Math.Max(most, bytes), Math.Max(slowest, time.Ticks));
        }
        TestContext.Current.SendDiagnosticMessage("{0}", $"{accepted} read, {refused} refused; at most {most >> 10} KB and {TimeSpan.FromTicks(slowest).TotalMilliseconds:F0} ms for one.");
        Assert.True(accepted > cases / 100 && refused > cases / 10, $"{accepted} of {cases} cases were read and {refused} refused: they do not try both.");
    }

    private static void Look(Tensor tensor)
    {
        if (tensor.Count == 0) return;
        // Beyond the storage lies other memory, which reading alone would not notice.
        long last = tensor.Offset + tensor.Strides.Zip(tensor.Shape, (step, length) => (length - 1L) * step).Sum();
        Assert.True(tensor.Offset >= 0 && (last + 1) * tensor.DType.Size() <= tensor.Storage.Bytes, $"{tensor.Shape} with strides [{string.Join(", ", tensor.Strides)}] at {tensor.Offset} is not inside its {tensor.Storage.Bytes} bytes.");
        // A view can show one number two billion times: then its ends will do.
        if (tensor.Count > 100_000)
        {
            _ = tensor[[.. Enumerable.Repeat((TensorIndex)(Index)0, tensor.Rank)]].Item();
            _ = tensor[[.. Enumerable.Repeat((TensorIndex)(^1), tensor.Rank)]].Item();
            return;
        }
        foreach (byte b in SameBits.BytesOf(tensor)) Assert.True(tensor.DType != DType.Bool || b < 2, "A truth value is neither 0 nor 1.");
    }
}
