using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Runtime.InteropServices;

namespace DeepNotes.Samples;

/// <summary>The line that every sample ends with, for programs that read its output: <c>RESULT {json}</c>.</summary>
public static class ResultLine
{
    /// <summary>Prints the line.</summary>
    /// <param name="values">Keys in snake_case with their values: numbers, strings or booleans, in the order to print.</param>
    public static void Write(params ReadOnlySpan<(string Key, object Value)> values) => Console.WriteLine(Format(values));

    /// <summary>The line as text.</summary>
    /// <param name="values">Keys in snake_case with their values.</param>
    /// <returns><c>RESULT {…}</c></returns>
    public static string Format(params ReadOnlySpan<(string Key, object Value)> values)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in values)
            {
                json.WritePropertyName(key);
                switch (value)
                {
                    case int number: json.WriteNumberValue(number); break;
                    case long number: json.WriteNumberValue(number); break;
                    case ulong number: json.WriteNumberValue(number); break;
                    case double number: json.WriteNumberValue(number); break;
                    case bool flag: json.WriteBooleanValue(flag); break;
                    case string text: json.WriteStringValue(text); break;
                    default: throw new NotSupportedException($"A result of type {value.GetType()} cannot be printed.");
                }
            }

            json.WriteEndObject();
        }

        return "RESULT " + Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>A short fingerprint of a model's weights: equal only where every name and every bit is.</summary>
    /// <param name="state">The state dict; Float32 tensors.</param>
    /// <returns>16 hexadecimal digits.</returns>
    public static string Bits(IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in state)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.ToArray<float>().AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
