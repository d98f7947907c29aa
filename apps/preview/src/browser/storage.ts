/** Whether this browser keeps anything for this page: private windows and strict settings may not. */
export const storageWorks: boolean = (() => {
  try {
    localStorage.setItem('probe', '');
    localStorage.removeItem('probe');
    return sessionStorage.length >= 0;
  } catch {
    return false;
  }
})();
