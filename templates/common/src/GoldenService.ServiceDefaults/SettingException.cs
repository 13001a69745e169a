namespace GoldenService.ServiceDefaults;

using System;

/// <summary>A setting with which the service cannot run. The message is one sentence for whoever runs it: which setting, and the mend.</summary>
public sealed class SettingException(string message) : Exception(message);
