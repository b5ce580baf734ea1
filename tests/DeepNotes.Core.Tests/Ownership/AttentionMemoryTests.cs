using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>What attention costs in memory.</summary>
[Collection(MemoryCollection.Name)]
public class AttentionMemoryTests
{
    [Fact]
    public void Memory_grows_with_the_length_and_not_with_its_square()
    {
        long Peak(int length)
        {
            // What earlier tests left must not come back in the middle.
            for (int i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            Tensor x = Tensor.Randn([1, 2, length, 16]), g = Tensor.Randn([1, 2, length, 16]);
            x.RequiresGrad = true;
            Pool.ResetPeak();
            long before = Pool.LiveBytes;
            var y = x.ScaledDotProductAttention(x, x, isCausal: true);
            Grad.Of(y, [x], g);
            return Pool.PeakBytes - before;
        }
        int before = DeepNotesThreads.Count;
        try
        {
            // Every thread has tiles of its own; whether a second one comes in time is chance.
            DeepNotesThreads.Count = 1;
            long one = Peak(1024), two = Peak(2048), four = Peak(4096);
            // The scores of the longest alone would be 128 MB.
            Assert.True(four < 16L << 20, $"{four} bytes");
            Assert.True(two < 2.5 * one && four < 2.5 * two, $"{one}, {two}, {four} bytes");
        }
        finally
        {
            DeepNotesThreads.Count = before;
        }
    }
}
