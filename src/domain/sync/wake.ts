/**
 * What a technician runs once so that the computer wakes for the night. Electron cannot set a wake timer; the system
 * can. Préau itself must be left open: these wake the computer and start nothing.
 * Sources: Microsoft Learn, New-ScheduledTaskSettingsSet -WakeToRun (schtasks has no such option); systemd.timer(5),
 * WakeSystem=; pmset(1), repeat.
 * @param minutes since local midnight, 0 to 1439
 */
export function wakeCommand(platform: 'win32' | 'linux' | 'darwin', minutes: number): string {
  const time = `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  if (platform === 'win32')
    return `powershell -Command "Register-ScheduledTask -TaskName 'Preau reveil' -User SYSTEM -Trigger (New-ScheduledTaskTrigger -Daily -At ${time}) -Action (New-ScheduledTaskAction -Execute 'cmd.exe' -Argument '/c exit') -Settings (New-ScheduledTaskSettingsSet -WakeToRun)"`;
  if (platform === 'darwin') return `sudo pmset repeat wakeorpoweron MTWRF ${time}:00`;
  return `printf '[Timer]\\nOnCalendar=*-*-* ${time}:00\\nWakeSystem=true\\nUnit=preau-reveil.service\\n[Install]\\nWantedBy=timers.target\\n' | sudo tee /etc/systemd/system/preau-reveil.timer && printf '[Service]\\nType=oneshot\\nExecStart=/bin/true\\n' | sudo tee /etc/systemd/system/preau-reveil.service && sudo systemctl enable --now preau-reveil.timer`;
}

const pad = (value: number): string => String(value).padStart(2, '0');
