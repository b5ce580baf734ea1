using System.Text.Json;
using DeepNotes.Samples;

namespace DeepNotes.Tests.Samples;

public sealed class ResultLineTests
{
    [Fact]
    public void A_result_is_one_line_of_json_behind_its_word()
    {
        string line = ResultLine.Format(("sample", "a \"quoted\"\nname"), ("seconds", 1.5), ("epochs", 3), ("seed", ulong.MaxValue), ("ok", true));
        Assert.StartsWith("RESULT {", line);
        Assert.DoesNotContain('\n', line);
        using var json = JsonDocument.Parse(line["RESULT ".Length..]);
        Assert.Equal("a \"quoted\"\nname", json.RootElement.GetProperty("sample").GetString());
        Assert.Equal(1.5, json.RootElement.GetProperty("seconds").GetDouble());
        Assert.Equal(ulong.MaxValue, json.RootElement.GetProperty("seed").GetUInt64());
    }

    [Fact]
    public void Weights_that_differ_in_a_bit_or_a_name_have_other_bits()
    {
        static string Bits(string name, params float[] values) => ResultLine.Bits([new(name, Tensor.From(values))]);
        string bits = Bits("weight", 1, 2);
        Assert.Equal(16, bits.Length);
        Assert.Equal(bits, Bits("weight", 1, 2));
        Assert.NotEqual(bits, Bits("weight", 1, MathF.BitIncrement(2)));
        Assert.NotEqual(bits, Bits("bias", 1, 2));
        Assert.NotEqual(Bits("weight", 0f), Bits("weight", -0f));
    }
}
