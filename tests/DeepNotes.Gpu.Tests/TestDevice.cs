namespace DeepNotes.Gpu.Tests;

/// <summary>The device that tests run on: the emulator, or with <c>DEEPNOTES_TEST_GPU=1</c> in the environment the first GPU.</summary>
public static class TestDevice
{
    public static Device Gpu { get; } = Environment.GetEnvironmentVariable("DEEPNOTES_TEST_GPU") == "1" ? Device.Gpu(0) : Device.GpuEmulator();
}
