using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>Writing with the most likely token each time, for any model that writes from left to right.</summary>
internal static class Greedy
{
    /// <summary>The tokens after the prompt, each as soon as it is known.</summary>
    /// <param name="forward">Logits [1, T, vocabulary] of tokens [1, T] after those in the cache.</param>
    /// <param name="cache">Empty.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="count">How many tokens to write.</param>
    public static IEnumerable<int> Write(Func<Tensor, DecodingCache, Tensor> forward, DecodingCache cache, IReadOnlyList<int> prompt, int count)
    {
        long[] next = [.. prompt.Select(token => (long)token)];
        for (int i = 0; i < count; i++)
        {
            int token = MostLikely(forward, next, cache);
            next = [token];
            yield return token;
        }
    }

    private static int MostLikely(Func<Tensor, DecodingCache, Tensor> forward, long[] tokens, DecodingCache cache)
    {
        using (Grad.Off())
        using (new TensorScope())
        {
            Tensor logits = forward(Tensor.From<long>(tokens, [1, tokens.Length]), cache);
            return (int)logits.Select(1, tokens.Length - 1).ArgMax(-1).Item();
        }
    }
}
